import { SharedWork } from '../cache/shared-work.ts'
import type { Config } from '../config.ts'
import { canonical } from '../etag.ts'
import type { KnownAnswer } from '../known-answer.ts'
import type { Engine, PictureRequest, TileAnswer, TileRequest } from '../tile.ts'
import { createQueue, type Queue } from './queue.ts'

/** The two functions of the story that requests need; tests give their own. */
export interface Story {
  tile(engine: Engine, request: TileRequest, signal: AbortSignal): Promise<TileAnswer>
  knownAnswer(engine: Engine, request: PictureRequest, signal: AbortSignal): Promise<KnownAnswer | undefined>
}

/** Tiles under way for each raster thread: enough to keep it busy while others of them wait for bytes. */
const TILES_A_WORKER = 4

/**
 * Tiles in a bounded queue. Identical requests in flight share one computation, which is cancelled when the last of them has gone;
 * what was begun before a mosaic was written is not shared with those who ask after it.
 * @throws BusyError where the queue is full
 */
export function createTiles(engine: Engine, story: Story, config: Pick<Config, 'workers' | 'queue'>) {
  const queue = createQueue({ concurrency: Math.max(8, config.workers * TILES_A_WORKER), waiting: config.queue })
  const shared = new SharedWork<TileAnswer>()
  const others = new SharedWork<unknown>()
  return {
    queue: queue as Pick<Queue, 'running' | 'waiting' | 'refused'>,
    tile: (request: TileRequest, signal: AbortSignal): Promise<TileAnswer> =>
      shared.run(`${engine.mosaics.changes} ${canonical(request)}`, signal, (work) =>
        queue.run(() => story.tile(engine, request, work), work),
      ),
    /** Other work, in the same queue; `request` with its `name` says what is identical. */
    run: <T>(name: string, request: object, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
      others.run(`${engine.mosaics.changes} ${name} ${canonical(request)}`, signal, (stop) =>
        queue.run(() => work(stop), stop),
      ) as Promise<T>,
    /** Past the queue: nothing is computed for it. */
    known: (request: PictureRequest, signal: AbortSignal): Promise<KnownAnswer | undefined> =>
      story.knownAnswer(engine, request, signal),
  }
}
