import { startSmalti } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { play } from './load.ts'
import { residentMiB } from './memory.ts'
import { SETS } from './sets.ts'
import { playOf } from './workload.ts'

/** One look at the server. */
export interface Look {
  readonly seconds: number
  /** Proportional set size, MiB. */
  readonly memory: number
  /** Asked for until then. */
  readonly tiles: number
}

export interface SoakOptions {
  readonly data: BenchData
  readonly workers: number
  /** How long it takes in all. */
  readonly seconds: number
  /** Of the first lap; each further one has the next. */
  readonly seed: number
  readonly say: (line: string) => void
}

/** Of one set at a time. */
const TURN_SECONDS = 5
const LOOK_MS = 60_000

/** What a server's memory becomes under hours of `pan`: all sets in turns, other places in every lap, and a look at it every minute. */
export async function soak({ data, workers, seconds, seed, say }: SoakOptions): Promise<Look[]> {
  await using server = await startSmalti(['--allow', data.folder, '--workers', String(workers), '--log-level', 'warn'])
  const start = performance.now()
  const passed = (): number => (performance.now() - start) / 1000
  const looks: Look[] = []
  let tiles = 0
  const look = (): void => {
    const now = { seconds: passed(), memory: residentMiB(server.pid), tiles }
    looks.push(now)
    say(`  soak: minute ${(now.seconds / 60).toFixed(0)}: ${now.memory} MiB, ${now.tiles} tiles`)
  }
  const clock = setInterval(look, LOOK_MS)
  try {
    for (let lap = 0; passed() < seconds; lap++) {
      for (const set of SETS) {
        const left = Math.min(TURN_SECONDS, seconds - passed())
        if (left <= 0) break
        const { paths, inFlight } = playOf('pan', set, data, seed + lap)
        const { answers } = await play(server.base, paths, { inFlight, seconds: left, from: 0, again: false })
        tiles += answers
      }
    }
    look()
  } finally {
    clearInterval(clock)
  }
  return looks
}

/**
 * MiB that the memory grows by in an hour: the slope of the line that is nearest to the second half of the looks, since caches fill in the
 * first. undefined where the second half has fewer than two.
 */
export function growth(looks: readonly Look[]): number | undefined {
  const half = looks.slice(Math.floor(looks.length / 2))
  if (half.length < 2) return undefined
  const time = mean(half.map(({ seconds }) => seconds))
  const memory = mean(half.map((look) => look.memory))
  const spread = mean(half.map(({ seconds }) => (seconds - time) ** 2))
  return (mean(half.map((look) => (look.seconds - time) * (look.memory - memory))) / spread) * 3600
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
