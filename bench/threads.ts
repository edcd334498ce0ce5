import { cpus } from 'node:os'
import { startSmalti } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { play, type Played } from './load.ts'
import { quantile } from './measure.ts'
import { SETS } from './sets.ts'
import { playOf } from './workload.ts'

export interface Scaled {
  readonly set: string
  /** By the number of raster threads: medians of the rounds. */
  readonly one: Pace
  readonly many: Pace
}

export interface Pace {
  /** Tiles of `pan`. */
  readonly perSecond: number
  /** Cores that were busy, with the client's work too: what is left of them with one thread is what more threads can bring. */
  readonly cores: number
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
      const paces: Pace[][] = servers.map(() => [])
      const from = servers.map(() => 0)
      for (let round = 0; round < rounds; round++) {
        for (const [i, { base }] of servers.entries()) {
          if (from[i] >= paths.length) continue
          const { played, cores } = await whileBusy(() => play(base, paths, { inFlight, seconds, from: from[i], again: false }))
          from[i] = played.next
          paces[i].push({ perSecond: played.perSecond, cores })
        }
      }
      const [one, many] = paces.map(medianPace)
      scaled.push({ set: set.name, one, many })
      const ratio = (many.perSecond / one.perSecond).toFixed(2)
      const told = [one, many].map(({ perSecond, cores }) => `${perSecond.toFixed(1)}/s on ${cores.toFixed(2)} cores`)
      say(`  threads: ${set.name}: ${told[0]} with 1, ${told[1]} with ${workers}: x${ratio}`)
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
  return scaled
}

function medianPace(paces: readonly Pace[]): Pace {
  const median = (of: keyof Pace): number =>
    quantile(
      paces.map((pace) => pace[of]),
      0.5,
    )
  return { perSecond: median('perSecond'), cores: median('cores') }
}

/** How many of the machine's cores something ran on meanwhile. */
async function whileBusy(run: () => Promise<Played>): Promise<{ readonly played: Played; readonly cores: number }> {
  const begin = performance.now()
  const before = busyMilliseconds()
  const played = await run()
  return { played, cores: (busyMilliseconds() - before) / (performance.now() - begin) }
}

function busyMilliseconds(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0)
}
