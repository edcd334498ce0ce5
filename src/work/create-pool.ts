import type { Block } from '../cog/cog.ts'
import { bandsOf } from '../cog/decode/bands.ts'
import type { BlockLayout } from '../cog/decode/layout.ts'
import type { Painted } from '../paint-parts.ts'
import type { WarpedPart } from '../raster/plan.ts'
import type { Pool } from './pool.ts'
import type { ThreadsLog, ThreadTask } from './raster-thread.ts'
import { startThreads } from './raster-threads.ts'
import { createTaskQueue } from './task-queue.ts'
import { CAPACITY, decodeWeight, paintWeight, warpWeight } from './weight.ts'

export interface PoolOptions {
  /** Raster threads, at least 1. */
  readonly workers: number
  readonly log: ThreadsLog
  /** Module of the tasks; its exports `ready`, `decode`, `restarts`, `warp` and `paint` answer with outcomes. */
  readonly filename?: URL
  /** JavaScript heap of a thread, 256 by default; samples lie outside of it. */
  readonly heapMiB?: number
}

interface Waiting {
  readonly start: () => void
  readonly weight: number
}

interface Running {
  readonly weight: number
  readonly urgent: boolean
  readonly signal?: AbortSignal
}

/** Node runs the sources as they are, and what was built from them. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** A pool whose first thread may still be starting: what is asked of it waits for that. */
export interface StartingPool extends Required<Pool> {
  /** @throws where the module of the tasks does not load */
  readonly started: Promise<void>
  /** Starts the other threads, and waits for them: what is asked meanwhile does not. @throws where one does not start */
  startOthers(): Promise<void>
}

/** Starts the raster threads and waits for them. @throws where their module does not load */
export async function createPool(options: PoolOptions): Promise<Required<Pool>> {
  const pool = startPool(options)
  try {
    await Promise.all([pool.started, pool.startOthers()])
    return pool
  } catch (error) {
    await pool.close()
    throw error
  }
}

/**
 * Starts one raster thread, and does not wait: there is more to load meanwhile, and on two cores that is as much as they can do. With all
 * of two threads from the begin, the first tile came 50 ms later.
 */
export function startPool({ workers, log, filename = WORKER, heapMiB = 256 }: PoolOptions): StartingPool {
  const threads = startThreads({ filename, count: workers, heapMiB, log })
  const waiting = createTaskQueue<Waiting>()
  let free: number = CAPACITY
  let running = 0

  async function run<T>(name: string, makeTask: () => ThreadTask, { weight, urgent, signal }: Running): Promise<T> {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const start = (): void => {
      running++
      free -= weight
      threads
        .run<T>(name, makeTask, weight)
        .then(resolve, reject)
        .finally(() => {
          running--
          free += weight
          startWaiting()
        })
    }
    const task = { start, weight }
    const abort = (): void => {
      if (waiting.remove(task)) reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    waiting.push(task, urgent)
    startWaiting()
    try {
      const result = await promise
      signal?.throwIfAborted()
      return result
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  function startWaiting(): void {
    for (let next = waiting.peek(); next && next.weight <= free; next = waiting.peek()) waiting.take()?.start()
  }

  return {
    started: threads.started,
    startOthers: () =>
      threads.startOthers(() => {
        free += CAPACITY
        startWaiting()
      }),
    async decode(layout, bytes, signal, memory) {
      const block = await run<Block | undefined>('decode', () => decodeTask(layout, bytes, memory), {
        weight: decodeWeight(layout),
        urgent: false,
        signal,
      })
      const { x, y, width, height } = layout
      return block ?? { x, y, width, height, bands: bandsOf(layout, memory) }
    },
    restarts: async (layout, bytes, signal, memory) =>
      (await run<Uint8Array | undefined>('restarts', () => decodeTask(layout, bytes, memory), {
        weight: decodeWeight(layout),
        urgent: false,
        signal,
      })) ?? (memory as Uint8Array),
    warp: (plan, windows, signal, memory) =>
      run<WarpedPart>('warp', () => ({ data: { plan, windows, memory }, transfer: [] }), {
        weight: warpWeight(plan),
        urgent: true,
        signal,
      }),
    stats: () => ({ threads: workers, running, waiting: waiting.size }),
    paint: (job, signal) =>
      run<Painted>('paint', () => ({ data: job, transfer: [] }), { weight: paintWeight(job), urgent: true, signal }),
    close: () => threads.close(),
  }
}

/**
 * Bytes in shared memory are seen by the thread. Others are copied, once (15 microseconds for 200 kB), and handed over: a view would
 * be sent with all the memory that it looks at (a pool, a long range of a file), and twice copied.
 */
function decodeTask(layout: BlockLayout, bytes: Uint8Array, memory: Uint8Array | undefined): ThreadTask {
  const tables = layout.jpegTables && new Uint8Array(layout.jpegTables)
  const own = tables ? { ...layout, jpegTables: tables } : layout
  if (bytes.buffer instanceof SharedArrayBuffer) return { data: { layout: own, bytes, memory }, transfer: [] }
  const copy = new Uint8Array(bytes)
  return { data: { layout: own, bytes: copy, memory }, transfer: [copy.buffer] }
}
