import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startSmalti } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { type CpuProfile, flameOf, flameText } from './flame.ts'
import { ask, play } from './load.ts'
import { SETS, type BenchSet } from './sets.ts'
import { playOf } from './workload.ts'

export interface ProfileOptions {
  readonly data: BenchData
  /** Where the profiles are left, for a browser's developer tools. */
  readonly folder: string
  readonly workers: number
  readonly seconds: number
  readonly seed: number
  readonly say: (line: string) => void
}

/** Requests before the time that counts: compilers and headers. */
const WARM_UP = 100

/** Where the time of `pan` goes: a flame graph of the main thread and one of the raster threads, a set at a time. */
export async function profilePan(options: ProfileOptions): Promise<string> {
  const texts: string[] = []
  for (const set of SETS) texts.push(await profileSet(set, options))
  return texts.join('\n\n')
}

async function profileSet(set: BenchSet, { data, folder, workers, seconds, seed, say }: ProfileOptions): Promise<string> {
  const own = join(folder, set.name.replaceAll(/\W+/g, '-'))
  await rm(own, { recursive: true, force: true })
  await mkdir(own, { recursive: true })
  const args = ['--allow', data.folder, '--workers', String(workers), '--log-level', 'warn']
  const server = await startSmalti(args, { execArgv: ['--cpu-prof', '--cpu-prof-interval', '500', `--cpu-prof-dir=${own}`] })
  const { paths, inFlight } = playOf('pan', set, data, seed)
  let answers = 0
  let from = 0
  try {
    for (const path of paths.slice(0, WARM_UP)) await ask(server.base + path)
    // The clock that V8's profiles tell, too.
    from = Number(process.hrtime.bigint() / 1000n)
    answers = (await play(server.base, paths, { inFlight, seconds, from: WARM_UP, again: false })).answers
  } finally {
    await server.stop()
  }
  const { main, raster } = await profilesIn(own)
  say(`  profile: ${set.name}: ${answers} tiles, in ${own}`)
  const graph = (name: string, profiles: readonly CpuProfile[]): string => {
    const flame = flameOf(profiles, from)
    return `${set.name}, ${name}: ${(flame.total / answers).toFixed(2)} ms a tile\n\n${flameText(flame)}`
  }
  return `${graph('main thread', main)}\n\n${graph('raster threads', raster)}`
}

/** V8 names them CPU.date.time.pid.thread.sequence.cpuprofile; thread 0 is the main one. They get names that say what they are. */
async function profilesIn(folder: string): Promise<{ readonly main: CpuProfile[]; readonly raster: CpuProfile[] }> {
  const found = { main: [] as CpuProfile[], raster: [] as CpuProfile[] }
  for (const name of await readdir(folder)) {
    const thread = Number(name.split('.')[4])
    const path = join(folder, thread === 0 ? 'main.cpuprofile' : `raster-${thread}.cpuprofile`)
    await rename(join(folder, name), path)
    const profile = JSON.parse(await readFile(path, 'utf8')) as CpuProfile
    found[thread === 0 ? 'main' : 'raster'].push(profile)
  }
  return found
}
