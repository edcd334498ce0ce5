import { Piscina } from 'piscina'
import type { Outcome } from './outcome.ts'
import { CAPACITY } from './weight.ts'

export interface ThreadsLog {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Made anew for each attempt: what is transferred is gone with the thread. */
export interface ThreadTask {
  readonly data: object
  readonly transfer: ArrayBuffer[]
}

export interface ThreadOptions {
  /** Module of the tasks. */
  readonly filename: URL
  /** JavaScript heap of a thread; samples lie outside of it. */
  readonly heapMiB: number
  readonly log: ThreadsLog
}

const YOUNG_MIB = 8
const REVIVE_MS = 1000

/** One raster thread, replaced when it dies. */
export class RasterThread {
  readonly #piscina: Piscina
  readonly #log: ThreadsLog
  #isThere = false
  #isClosing = false
  /** Weight of its tasks. */
  #load = 0

  constructor({ filename, heapMiB, log }: ThreadOptions) {
    this.#log = log
    this.#piscina = new Piscina({
      filename: filename.href,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: CAPACITY,
      // An idle thread sleeps in Atomics.wait: no CPU, and half the round trip of the event loop's way.
      atomics: 'sync',
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: YOUNG_MIB },
    })
    this.#piscina.on('workerDestroy', () => (this.#isThere = false))
    this.#piscina.on('error', (error: Error) => {
      if (this.#isClosing) return
      log.error({ err: error }, 'a raster thread died while idle')
      setTimeout(() => this.#revive(), REVIVE_MS).unref()
    })
  }

  /** How little it is fit for another task: what it has to do; a thread that is starting comes before one that is full. */
  get burden(): number {
    return this.#load + (this.#isThere ? 0 : CAPACITY - 0.5)
  }

  /** Waits until it has loaded its module. @throws where it cannot be started at all */
  async start(): Promise<void> {
    await this.#piscina.run(undefined, { name: 'ready' })
    this.#isThere = true
  }

  /** @throws where the thread dies, and DOMException for what cannot be sent */
  async run<T>(name: string, { data, transfer }: ThreadTask, weight: number): Promise<Outcome<T>> {
    this.#load += weight
    try {
      const outcome: Outcome<T> = await this.#piscina.run(data, { name, transferList: transfer })
      this.#isThere = true
      return outcome
    } finally {
      this.#load -= weight
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await this.#piscina.destroy()
  }

  /** piscina gives up on a thread that dies while it starts; a task makes it try again. */
  #revive(): void {
    if (this.#isClosing || this.#piscina.threads.length > 0) return
    this.start().then(
      () => this.#log.warn({}, 'a raster thread is back'),
      () => undefined,
    )
  }
}
