import { Piscina } from 'piscina'
import { RasterThreadError, SmaltiError } from '../errors.ts'
import { unwrap, type Outcome } from './outcome.ts'
import { HALF, type Share, WHOLE } from './share.ts'
import { ThreadLoads } from './thread-loads.ts'

export interface ThreadsLog {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface RasterThreads {
  /** All threads have loaded their module; tasks wait until then. @throws where a thread cannot be started at all */
  readonly started: Promise<void>
  /** Runs a task on the thread with the least to do; the caller never has more under way than the threads can hold. */
  run<T>(name: string, makeTask: () => ThreadTask, share: Share): Promise<T>
  close(): Promise<void>
}

/** Made anew for each attempt: what is transferred is gone with the thread. */
export interface ThreadTask {
  readonly data: object
  readonly transfer: ArrayBuffer[]
}

export interface ThreadsOptions {
  readonly count: number
  /** JavaScript heap of a thread; samples lie outside of it. */
  readonly heapMiB: number
  readonly log: ThreadsLog
}

const YOUNG_MIB = 8
const REVIVE_MS = 1000
const ATTEMPTS = 2

/**
 * Threads that are replaced when they die. A task whose thread died runs once more, on another thread: a crash of a neighbour is not
 * its fault; one that kills two threads is given up.
 */
export function startThreads(filename: URL, { count, heapMiB, log }: ThreadsOptions): RasterThreads {
  let closing = false
  const loads = new ThreadLoads()
  const piscina = new Piscina({
    filename: filename.href,
    minThreads: count,
    maxThreads: count,
    concurrentTasksPerWorker: WHOLE / HALF,
    loadBalancer: (_task, workers) => loads.choose(workers),
    // An idle thread sleeps in Atomics.wait: no CPU, and half the round trip of the event loop's way.
    atomics: 'sync',
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: YOUNG_MIB },
  })
  piscina.on('error', (error: Error) => {
    if (closing) return
    log.error({ err: error }, 'a raster thread died while idle')
    setTimeout(revive, REVIVE_MS).unref()
  })
  /** piscina gives up on threads that die while they start; a task makes it try again. */
  function revive(): void {
    if (closing || piscina.threads.length >= count) return
    piscina.run(undefined, { name: 'ready' }).then(
      () => log.warn({ threads: piscina.threads.length }, 'raster threads are back'),
      () => undefined,
    )
  }
  async function start(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: count }, () => piscina.run(undefined, { name: 'ready' })))
    } catch (error) {
      closing = true
      await piscina.destroy()
      throw error
    }
  }
  /** undefined: the thread died, and the task may run again. */
  async function runOnce<T>(
    name: string,
    { data, transfer }: ThreadTask,
    { share, attempt }: { readonly share: Share; readonly attempt: number },
  ): Promise<Outcome<T> | undefined> {
    if (closing) throw stopping()
    try {
      return await loads.carry(share, (): Promise<Outcome<T>> => piscina.run(data, { name, transferList: transfer }))
    } catch (error) {
      // What a task throws comes back as an outcome: a rejection is the thread's own, or a task that cannot be sent.
      if (error instanceof DOMException) throw error
      if (closing) throw stopping()
      log.error({ err: error, task: name, attempt }, 'a raster thread died in a task; another takes its place')
      if (attempt === ATTEMPTS) throw new RasterThreadError(name, { cause: error })
      return undefined
    }
  }
  return {
    started: start(),
    async run<T>(name: string, makeTask: () => ThreadTask, share: Share): Promise<T> {
      for (let attempt = 1; ; attempt++) {
        const outcome = await runOnce<T>(name, makeTask(), { share, attempt })
        if (outcome) return unwrap(outcome)
      }
    },
    async close() {
      closing = true
      await piscina.destroy()
    },
  }
}

function stopping(): SmaltiError {
  return new SmaltiError(503, 'STOPPING', 'the server is stopping')
}
