import { RasterThreadError, SmaltiError } from '../errors.ts'
import { unwrap, type Outcome } from './outcome.ts'
import { RasterThread, type ThreadOptions, type ThreadTask } from './raster-thread.ts'

export interface RasterThreads {
  /** The first thread has loaded its module; tasks wait until then. @throws where it cannot be started at all */
  readonly started: Promise<void>
  /** Starts the other threads, and waits for them. @param onStarted called for each. @throws where one cannot be started */
  startOthers(onStarted: () => void): Promise<void>
  /** Runs a task on the thread with the least to do; the caller never has more under way than the threads can hold. */
  run<T>(name: string, makeTask: () => ThreadTask, weight: number): Promise<T>
  close(): Promise<void>
}

export interface ThreadsOptions extends ThreadOptions {
  readonly count: number
}

/**
 * Threads of which one starts now. A task whose thread died runs once more: a crash of a neighbour is not its fault; one that kills two is
 * given up.
 */
export function startThreads({ count, ...options }: ThreadsOptions): RasterThreads {
  let isClosing = false
  /** Second attempts come one after the other: none kills the thread of another. */
  let again: Promise<unknown> = Promise.resolve()
  const threads = [new RasterThread(options)]

  async function close(): Promise<void> {
    isClosing = true
    await Promise.all(threads.map((thread) => thread.close()))
  }

  /** @throws RasterThreadError where the thread dies */
  async function attempt<T>(name: string, task: ThreadTask, weight: number, number: 1 | 2): Promise<Outcome<T>> {
    if (isClosing) throw stopping()
    const thread = threads.reduce((best, other) => (other.burden < best.burden ? other : best))
    try {
      return await thread.run<T>(name, task, weight)
    } catch (error) {
      // What a task throws comes back as an outcome: a rejection is the thread's own, or a task that cannot be sent.
      if (error instanceof DOMException) throw error
      if (isClosing) throw stopping()
      options.log.error({ err: error, task: name, attempt: number }, 'a raster thread died in a task; another takes its place')
      throw new RasterThreadError(name, { cause: error })
    }
  }

  return {
    started: threads[0].start(),
    async startOthers(onStarted) {
      if (isClosing) return
      const others = Array.from({ length: count - threads.length }, () => new RasterThread(options))
      threads.push(...others)
      await Promise.all(
        others.map(async (thread) => {
          await thread.start()
          onStarted()
        }),
      )
    },
    async run<T>(name: string, makeTask: () => ThreadTask, weight: number): Promise<T> {
      try {
        return unwrap(await attempt<T>(name, makeTask(), weight, 1))
      } catch (error) {
        if (!(error instanceof RasterThreadError)) throw error
      }
      const second = again.then(() => attempt<T>(name, makeTask(), weight, 2))
      again = second.catch(() => undefined)
      return unwrap(await second)
    },
    close,
  }
}

function stopping(): SmaltiError {
  return new SmaltiError(503, 'STOPPING', 'the server is stopping')
}
