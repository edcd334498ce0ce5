import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { quantile } from './measure.ts'
import { SETS } from './sets.ts'
import { playOf } from './workload.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** With a flag of Node's the sources run, without one the bundle where it is there. */
export const WAYS = { bundle: [], sources: ['--no-warnings'] } as const satisfies Record<string, readonly string[]>
/** One start tells little: the system's caches, the compiled code of the first. */
const RUNS_PER_ROUND = 3
const PATIENCE_MS = 30_000
const POLL_MS = 4
/** Of Linux's clock in /proc. */
const TICK_MS = 10

export interface Started {
  readonly set: string
  readonly way: keyof typeof WAYS
  /** Medians: milliseconds from `node`'s start to the last byte of the first tile, and of processor time until then. */
  readonly ms: number
  readonly cpu: number
}

export interface StartOptions {
  readonly data: BenchData
  readonly rounds: number
  readonly seed: number
  readonly say: (line: string) => void
}

/** How long a server takes from its command to its first tile, from the bundle and from the sources in turns. */
export async function measureStart({ data, rounds, seed, say }: StartOptions): Promise<Started[]> {
  const started: Started[] = []
  for (const set of SETS) {
    const [path] = playOf('pan', set, data, seed).paths
    const ways = Object.entries(WAYS) as [Started['way'], readonly string[]][]
    const runs = ways.map(() => [] as { ms: number; cpu: number }[])
    for (let run = 0; run < rounds * RUNS_PER_ROUND; run++)
      for (const [i, [, flags]] of ways.entries()) runs[i].push(await firstTile(flags, path, data.folder))
    for (const [i, [way]] of ways.entries()) {
      const median = (of: 'ms' | 'cpu') =>
        quantile(
          runs[i].map((run) => run[of]),
          0.5,
        )
      started.push({ set: set.name, way, ms: median('ms'), cpu: median('cpu') })
      say(`  start: ${set.name} from the ${way}: ${median('ms').toFixed(0)} ms, ${median('cpu').toFixed(0)} ms of processor time`)
    }
  }
  return started
}

/** A server of `folder` from its command to the last byte of its first tile. @param flags of Node's */
export async function firstTile(flags: readonly string[], path: string, folder: string): Promise<{ ms: number; cpu: number }> {
  const port = await freePort()
  const args = ['src/main.ts', 'serve', '--port', String(port), '--log-level', 'warn', '--allow', folder]
  const begin = performance.now()
  const server = spawn(process.execPath, [...flags, ...args], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(server, 'exit')
  try {
    await answered(`http://127.0.0.1:${port}${path}`, server)
    const ms = performance.now() - begin
    return { ms, cpu: await processorTime(server) }
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}

/** @throws Error where there is no tile within {@link PATIENCE_MS}, or something else comes instead */
async function answered(url: string, server: ChildProcess): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end && server.exitCode === null) {
    const reply = await fetch(url).catch(() => undefined)
    if (reply?.ok && (await reply.arrayBuffer()).byteLength > 0) return
    if (reply) throw new Error(`${url}: ${reply.status} instead of a tile`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new Error(`no tile from ${url}`)
}

/** Milliseconds that all threads of a process have had; NaN where there is no /proc. */
async function processorTime({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // Behind the name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
