import { parseConfig } from '../src/config.ts'
import { decodeBlock } from '../src/cog/decode/decode-block.ts'
import { createEngine, type Engine } from '../src/engine.ts'
import { createLogger } from '../src/http/logger.ts'
import { paintParts } from '../src/paint-parts.ts'
import { warpPart } from '../src/raster/warp.ts'
import { tile, type TileRequest } from '../src/tile.ts'
import { createRoom } from '../src/work/create-pool.ts'
import type { Pool } from '../src/work/pool.ts'
import { tileRequest, type RenderQuery } from '../routes/render-request.ts'
import { startSmalti } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { ask } from './load.ts'
import { quantile } from './measure.ts'
import { SETS, type BenchSet } from './sets.ts'
import { playOf } from './workload.ts'

export interface Floor {
  readonly set: string
  readonly tiles: number
  /** Milliseconds of the median tile: asked of the server, one in flight; and its decoding, warping, composing and encoding alone. */
  readonly served: number
  readonly bare: number
  /** Of all tiles together. */
  readonly ratio: number
}

const TILES = 150
/** Tiles before that, for compilers and headers. */
const WARM_UP = 60

/**
 * What a warm tile takes above what its own work costs when it is called bare. The same tiles in the same order, in turns: of a server on
 * loopback with one in flight, and of the story in this thread, where only the tasks of raster threads are timed. Both have their headers
 * open and caches of the same size, so that both decode the same blocks.
 */
export async function measureFloor(data: BenchData, say: (line: string) => void): Promise<Floor[]> {
  const floors: Floor[] = []
  for (const set of SETS) {
    const floor = await floorOf(data, set)
    floors.push(floor)
    say(
      `  floor: ${set.name}: ${floor.served.toFixed(1)} ms served, ${floor.bare.toFixed(1)} ms bare, x${floor.ratio.toFixed(2)} in all`,
    )
  }
  return floors
}

async function floorOf(data: BenchData, set: BenchSet): Promise<Floor> {
  const args = ['--allow', data.folder, '--log-level', 'warn']
  const server = await startSmalti(args)
  const bare = await bareStory(args)
  const served: number[] = []
  const worked: number[] = []
  try {
    const { paths } = playOf('pan', set, data, 1)
    for (const [i, path] of paths.slice(0, WARM_UP + TILES).entries()) {
      const start = performance.now()
      const { status } = await ask(server.base + path)
      const took = performance.now() - start
      const work = await bare.run(path)
      if (i < WARM_UP || status !== 200) continue
      served.push(took)
      worked.push(work)
    }
  } finally {
    await Promise.all([server.stop(), bare.engine.close()])
  }
  return {
    set: set.name,
    tiles: served.length,
    served: quantile(served, 0.5),
    bare: quantile(worked, 0.5),
    ratio: sum(served) / sum(worked),
  }
}

function sum(times: readonly number[]): number {
  return times.reduce((total, time) => total + time, 0)
}

interface Bare {
  readonly engine: Engine
  /** @returns milliseconds of decoding, warping, composing, rendering and encoding */
  run(path: string): Promise<number>
}

async function bareStory(args: readonly string[]): Promise<Bare> {
  let spent = 0
  const timed = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now()
    try {
      return await work()
    } finally {
      spent += performance.now() - start
    }
  }
  // One after the other, as what is bare has no company.
  let queue: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => T | Promise<T>): Promise<T> => {
    const turn = queue.then(() => timed(work))
    queue = turn.catch(() => undefined)
    return turn
  }
  const pool: Pool = {
    decode: (layout, bytes, _signal, memory) => alone(() => decodeBlock(layout, bytes, memory)),
    warp: (plan, windows) => alone(() => warpPart(plan, windows)),
    paint: (job) => alone(() => paintParts(job)),
    room: createRoom(),
    async close() {},
  }
  const engine = await createEngine(parseConfig(args, {}), Promise.resolve(pool), createLogger('silent'))
  return {
    engine,
    async run(path) {
      spent = 0
      await tile(engine, requestOf(path), AbortSignal.timeout(60_000))
      return spent
    },
  }
}

/** As the routes read a path of {@link playOf}. */
function requestOf(path: string): TileRequest {
  const { pathname, searchParams } = new URL(path, 'http://bench')
  const [, tileMatrixSetId, z, x, y, format] = /tiles\/(\w+)\/(\d+)\/(\d+)\/(\d+)\.(\w+)$/.exec(pathname) ?? []
  const lists = new Set(['rescale'])
  const query = Object.fromEntries([...searchParams].map(([name, value]) => [name, lists.has(name) ? [value] : value]))
  const place = { tileMatrixSetId, z: Number(z), x: Number(x), y: Number(y), format }
  return tileRequest(place, query as unknown as RenderQuery, { onError: 'fail' })
}
