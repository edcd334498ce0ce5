import { parseConfig } from '../src/config.ts'
import { decodeBlock } from '../src/cog/decode/decode-block.ts'
import { createEngine, type Engine } from '../src/engine.ts'
import { createLogger } from '../src/http/logger.ts'
import { paintParts } from '../src/paint-parts.ts'
import { warpPart } from '../src/raster/warp.ts'
import { tile, type TileRequest } from '../src/tile.ts'
import type { Pool } from '../src/work/pool.ts'
import { tileRequest, type RenderQuery } from '../routes/render-request.ts'
import { startSmalti } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { ask } from './load.ts'
import { quantile } from './measure.ts'
import { SETS } from './sets.ts'
import { playOf } from './workload.ts'

/** Milliseconds of the median tile, and the ratio of all tiles together. */
export interface AboveFloor {
  /** Asked of the server, one in flight. */
  readonly served: number
  /** Called bare. */
  readonly bare: number
  readonly ratio: number
}

export interface Floor {
  readonly set: string
  readonly tiles: number
  /** Its blocks lie in the cache; bare, they are decoded, warped, composed, rendered and encoded. */
  readonly warm: AboveFloor
  /** Each tile once: both sides decode what no tile before it did, and no more. */
  readonly once: AboveFloor
}

const TILES = 150
/** Tiles before that, for compilers and headers. */
const WARM_UP = 60
/** Too little for any block: each tile decodes all of its own. */
const NO_BLOCKS = ['--memory', '64KiB']

/**
 * What a tile takes above what its own work costs when it is called bare: the same tiles in the same order, in turns, of a server on
 * loopback with one in flight, and of the story in this thread, where only the tasks of raster threads are timed. Both have their headers open.
 */
export async function measureFloor(data: BenchData, say: (line: string) => void): Promise<Floor[]> {
  const floors: Floor[] = []
  const allowed = ['--allow', data.folder, '--log-level', 'warn']
  for (const set of SETS) {
    const { paths } = playOf('pan', set, data, 1)
    const warm = await compare(paths, { args: allowed, bareArgs: [...allowed, ...NO_BLOCKS], before: warmBlocks })
    const once = await compare(paths, { args: allowed, bareArgs: allowed, before: nothing })
    floors.push({ set: set.name, tiles: warm.tiles, warm, once })
    say(`  floor: ${set.name}: warm x${warm.ratio.toFixed(2)}, each once x${once.ratio.toFixed(2)}`)
  }
  return floors
}

async function nothing(): Promise<void> {}

/** The same tile in another format: what follows finds its blocks, but no answer that is kept. */
async function warmBlocks(base: string, path: string): Promise<void> {
  await ask(base + path.replace(/\.\w+\?/, '.npy?'))
}

async function compare(
  paths: readonly string[],
  {
    args,
    bareArgs,
    before,
  }: {
    readonly args: readonly string[]
    readonly bareArgs: readonly string[]
    readonly before: (base: string, path: string) => Promise<void>
  },
): Promise<AboveFloor & { readonly tiles: number }> {
  const server = await startSmalti(args)
  const bare = await bareStory(bareArgs)
  const served: number[] = []
  const worked: number[] = []
  try {
    for (const [i, path] of paths.slice(0, WARM_UP + TILES).entries()) {
      await before(server.base, path)
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
