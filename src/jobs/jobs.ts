import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { TimeoutError, TooManyJobsError } from '../errors.ts'
import { Job, type JobTools } from './job.ts'

export interface JobsOptions<Result> {
  /** Under way at a time. */
  readonly maxRunning: number
  readonly timeoutSeconds: number
  /** Bytes of a result, for what is kept. */
  readonly bytesOf: (result: Result) => number
}

/** Jobs that have ended: how many are kept, their bytes together, and for how long (milliseconds). */
const KEPT = 100
export const KEPT_BYTES = 64 * 2 ** 20
const KEPT_FOR = 60 * 60_000
/** Of what is told of one. */
const OVERHEAD = 4096

/** Jobs under way, bounded in number and time, and those that have ended, kept for a while. */
export class Jobs<Result> {
  readonly #options: JobsOptions<Result>
  readonly #running = new Map<string, Job<Result>>()
  readonly #ended: LRUCache<string, Job<Result>>
  #isClosed = false

  constructor(options: JobsOptions<Result>) {
    this.#options = options
    this.#ended = new LRUCache({
      max: KEPT,
      ttl: KEPT_FOR,
      maxSize: KEPT_BYTES,
      sizeCalculation: ({ result }) => OVERHEAD + (result === undefined ? 0 : options.bytesOf(result)),
    })
  }

  get running(): number {
    return this.#running.size
  }

  /** @throws TooManyJobsError */
  start(owner: string, work: (tools: JobTools) => Promise<Result>): Job<Result> {
    const { maxRunning, timeoutSeconds } = this.#options
    if (this.#isClosed || this.#running.size >= maxRunning) throw new TooManyJobsError('as many jobs are under way as may be')
    const cut = new AbortController()
    const late = new TimeoutError(`the job took longer than ${timeoutSeconds} seconds (--job-timeout)`)
    const clock = setTimeout(() => cut.abort(late), timeoutSeconds * 1000)
    const job = new Job(randomUUID(), owner, work, cut.signal)
    this.#running.set(job.id, job)
    void this.#keep(job).finally(() => clearTimeout(clock))
    return job
  }

  /** Of others there is none. */
  find(id: string, owner: string): Job<Result> | undefined {
    const job = this.#running.get(id) ?? this.#ended.get(id)
    return job?.owner === owner ? job : undefined
  }

  /** It is forgotten, if it has ended. */
  drop(job: Job<Result>): void {
    this.#ended.delete(job.id)
  }

  async #keep(job: Job<Result>): Promise<void> {
    await job.ended
    this.#running.delete(job.id)
    this.#ended.set(job.id, job)
  }

  /** Cancels all, and waits for their ends. */
  async close(): Promise<void> {
    this.#isClosed = true
    const jobs = [...this.#running.values()]
    for (const job of jobs) job.cancel()
    await Promise.all(jobs.map((job) => job.ended))
  }
}
