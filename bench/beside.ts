import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { answers, freePort, startSmalti } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { ask, play, type Played } from './load.ts'
import { quantile } from './measure.ts'
import { residentMiB } from './memory.ts'
import { SETS, WORKLOADS, type BenchSet, type Workload } from './sets.ts'
import { playOf } from './workload.ts'

export interface BesideOptions {
  readonly data: BenchData
  /** Raster threads here, processes there. */
  readonly workers: number
  readonly rounds: number
  readonly seconds: number
  readonly seed: number
  readonly only?: readonly string[]
  readonly say: (line: string) => void
}

export interface Compared {
  readonly workload: Workload
  readonly set: string
  readonly ours: Played
  /** undefined: the peer is not installed. */
  readonly peer?: Played
}

export interface Comparison {
  readonly rows: readonly Compared[]
  /** Proportional set sizes at the end of everything. */
  readonly memory: { readonly ours: number; readonly peer?: number }
  /** Milliseconds that our event loop was held up under all of that load. */
  readonly eventLoop: { readonly p50: number; readonly p99: number; readonly max: number }
}

interface Server {
  readonly base: string
  readonly pid: number
  stop(): Promise<unknown>
}

const LOOP_HOOK = fileURLToPath(new URL('./event-loop.ts', import.meta.url))
const PEER_SCRIPT = fileURLToPath(new URL('./peer.sh', import.meta.url))
const PEER = process.env.BENCH_PEER ?? fileURLToPath(new URL('../.cache/peer', import.meta.url))
/** Requests that warm both sides where the same ones are asked again. */
const WARM = 200

/** The same requests to this server and to titiler, in turns, round by round. Without titiler (peer.sh), this server alone. */
export async function measureBeside(options: BesideOptions): Promise<Comparison> {
  const { data, workers, say } = options
  const loopFile = join(data.folder, `event-loop-${process.pid}.json`)
  const ours = await startSmalti(['--allow', data.folder, '--workers', String(workers), '--log-level', 'warn'], {
    execArgv: ['--import', LOOP_HOOK],
    env: { BENCH_EVENT_LOOP: loopFile },
  })
  const peer = await startPeer(workers, say)
  const rows: Compared[] = []
  let memory: Comparison['memory']
  try {
    for (const workload of WORKLOADS) {
      if (options.only && !options.only.includes(workload)) continue
      for (const set of SETS) {
        if (set.only && !set.only.includes(workload)) continue
        const row = await compare(ours, peer, workload, set, options)
        rows.push(row)
        say(`  ${line(row)}`)
      }
    }
    memory = { ours: residentMiB(ours.pid), peer: peer && residentMiB(peer.pid) }
  } finally {
    await Promise.all([ours.stop(), peer?.stop()])
  }
  const eventLoop = JSON.parse(await readFile(loopFile, 'utf8')) as Comparison['eventLoop']
  await rm(loopFile)
  return { rows, memory, eventLoop }
}

async function compare(
  ours: Server,
  peer: Server | undefined,
  workload: Workload,
  set: BenchSet,
  { data, rounds, seconds, seed }: BesideOptions,
): Promise<Compared> {
  // Of each workload's own places: what one has warmed must not serve the next.
  const { paths, inFlight, again } = playOf(workload, set, data, seed + 7 * WORKLOADS.indexOf(workload))
  const servers = [ours, ...(peer ? [peer] : [])]
  const played: Played[][] = servers.map(() => [])
  if (again) for (const { base } of servers) for (const path of paths.slice(0, WARM)) await ask(base + path)
  for (let round = 0; round < rounds; round++) {
    for (const [i, { base }] of servers.entries()) {
      const from = again ? 0 : (played[i].at(-1)?.next ?? 0)
      if (!again && from >= paths.length) continue
      played[i].push(await play(base, paths, { inFlight, seconds, from, again }))
    }
  }
  const [own, other] = played.map(middle)
  return { workload, set: set.name, ours: own, peer: other }
}

/** The median of each figure. */
function middle(rounds: readonly Played[]): Played {
  const of = (name: keyof Played): number =>
    quantile(
      rounds.map((round) => round[name]),
      0.5,
    )
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p95: of('p95'),
    answers: of('answers'),
    empty: of('empty'),
    bytes: of('bytes'),
    next: rounds.at(-1)?.next ?? 0,
  }
}

async function startPeer(workers: number, say: (line: string) => void): Promise<Server | undefined> {
  if (!existsSync(join(PEER, 'v/bin/uvicorn'))) {
    say('titiler is not installed (bash bench/peer.sh install): this server is measured alone')
    return undefined
  }
  const port = await freePort()
  const child = spawn('bash', [PEER_SCRIPT, 'serve', String(port), String(workers)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BENCH_PEER: PEER },
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(10_000).then(() => child.kill('SIGKILL'))])
  }
  const base = `http://127.0.0.1:${port}`
  await answers(`${base}/healthz`, 120_000, () => child.exitCode === null).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { base, pid: child.pid ?? 0, stop }
}

function line({ workload, set, ours, peer }: Compared): string {
  const text = `${workload}, ${set}: ${ours.perSecond.toFixed(1)}/s, p50 ${ours.p50.toFixed(1)} ms`
  if (!peer) return text
  return `${text}; titiler ${peer.perSecond.toFixed(1)}/s, ${peer.p50.toFixed(1)} ms; x${(ours.perSecond / peer.perSecond).toFixed(1)}`
}
