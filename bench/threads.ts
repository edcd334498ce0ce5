import { startSmalti } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { play, type Played } from './load.ts'
import { quantile } from './measure.ts'
import { SETS } from './sets.ts'
import { playOf } from './workload.ts'

export interface Scaled {
  readonly set: string
  /** Tiles a second of `pan`, by the number of raster threads: the median of the rounds. */
  readonly one: number
  readonly many: number
}

export interface ThreadsOptions {
  readonly data: BenchData
  /** Raster threads of the second server. */
  readonly workers: number
  readonly rounds: number
  readonly seconds: number
  readonly seed: number
  readonly say: (line: string) => void
}

/**
 * What more raster threads bring: the same `pan` of two servers, one with one of them, in turns. The main thread and the client that asks
 * need the cores too.
 */
export async function measureThreads({ data, workers, rounds, seconds, seed, say }: ThreadsOptions): Promise<Scaled[]> {
  const start = (count: number) => startSmalti(['--allow', data.folder, '--workers', String(count), '--log-level', 'warn'])
  const servers = [await start(1), await start(workers)]
  const scaled: Scaled[] = []
  try {
    for (const set of SETS) {
      const { paths, inFlight } = playOf('pan', set, data, seed)
      const played: Played[][] = servers.map(() => [])
      for (let round = 0; round < rounds; round++) {
        for (const [i, { base }] of servers.entries()) {
          const from = played[i].at(-1)?.next ?? 0
          if (from < paths.length) played[i].push(await play(base, paths, { inFlight, seconds, from, again: false }))
        }
      }
      const [one, many] = played.map((rows) =>
        quantile(
          rows.map(({ perSecond }) => perSecond),
          0.5,
        ),
      )
      scaled.push({ set: set.name, one, many })
      say(`  threads: ${set.name}: ${one.toFixed(1)}/s with 1, ${many.toFixed(1)}/s with ${workers}: x${(many / one).toFixed(2)}`)
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
  return scaled
}
