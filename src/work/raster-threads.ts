import { RasterThreadError, SmaltiError } from '../errors.ts'
import { unwrap, type Outcome } from './outcome.ts'
import { RasterThread, type ThreadOptions, type ThreadTask } from './raster-thread.ts'
import type { Share } from './share.ts'

export interface RasterThreads {
  /** The first thread has loaded its module; tasks wait until then. @throws where it cannot be started at all */
  readonly started: Promise<void>
  /** Starts the other threads, and waits for them. @param onStarted called for each. @throws where one cannot be started */
  startOthers(onStarted: () => void): Promise<void>
  /** Runs a task on the thread with the least to do; the caller never has more under way than the threads can hold. */
  run<T>(name: string, makeTask: () => ThreadTask, share: Share): Promise<T>
  close(): Promise<void>
}

export interface ThreadsOptions extends ThreadOptions {
  readonly count: number
}

const ATTEMPTS = 2

/** Threads of which one starts now. A task whose thread died runs once more: a crash of a neighbour is not its fault; one that kills two is given up. */
export function startThreads({ count, ...options }: ThreadsOptions): RasterThreads {
  let isClosing = false
  const threads = [new RasterThread(options)]

  async function close(): Promise<void> {
    isClosing = true
    await Promise.all(threads.map((thread) => thread.close()))
  }

  /** undefined: the thread died, and the task may run again. */
  async function runOnce<T>(name: string, task: ThreadTask, share: Share, attempt: number): Promise<Outcome<T> | undefined> {
    if (isClosing) throw stopping()
    const thread = threads.reduce((best, other) => (other.burden < best.burden ? other : best))
    try {
      return await thread.run<T>(name, task, share)
    } catch (error) {
      // What a task throws comes back as an outcome: a rejection is the thread's own, or a task that cannot be sent.
      if (error instanceof DOMException) throw error
      if (isClosing) throw stopping()
      options.log.error({ err: error, task: name, attempt }, 'a raster thread died in a task; another takes its place')
      if (attempt === ATTEMPTS) throw new RasterThreadError(name, { cause: error })
      return undefined
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
    async run<T>(name: string, makeTask: () => ThreadTask, share: Share): Promise<T> {
      for (let attempt = 1; ; attempt++) {
        const outcome = await runOnce<T>(name, makeTask(), share, attempt)
        if (outcome) return unwrap(outcome)
      }
    },
    close,
  }
}

function stopping(): SmaltiError {
  return new SmaltiError(503, 'STOPPING', 'the server is stopping')
}
