import { setTimeout as sleep } from 'node:timers/promises'
import type { SmaltiError } from '../errors.ts'

export type JobStatus = 'running' | 'done' | 'failed' | 'cancelled'

export interface Progress {
  /** What is being done. */
  readonly stage: string
  readonly done: number
  readonly total?: number
}

/** An asset that was left out. */
export interface Failure {
  readonly asset: string
  readonly error: SmaltiError
}

/** What the work tells while it goes on, and by which it is ended. */
export interface JobTools {
  readonly signal: AbortSignal
  progress(progress: Progress): void
  failed(failure: Failure): void
}

/** Failures that are kept by name; more are only counted. */
const NAMED_FAILURES = 100
/** Milliseconds between two states that are told. */
const PAUSE = 250

/** Work that takes longer than a request, and what became of it. */
export class Job<Result> {
  readonly id: string
  readonly owner: string
  readonly startedAt = new Date()
  endedAt: Date | undefined
  status: JobStatus = 'running'
  progress: Progress = { stage: 'start', done: 0 }
  failures: readonly Failure[] = []
  failureCount = 0
  result: Result | undefined
  error: unknown
  /** Never rejects. */
  readonly ended: Promise<void>
  readonly #abort = new AbortController()
  #changed = Promise.withResolvers<void>()

  /** @param cut ends the work, with the reason that it is aborted with */
  constructor(id: string, owner: string, work: (tools: JobTools) => Promise<Result>, cut: AbortSignal) {
    this.id = id
    this.owner = owner
    const signal = AbortSignal.any([this.#abort.signal, cut])
    this.ended = this.#run(work, signal)
  }

  cancel(): void {
    this.#abort.abort(new DOMException('the job was cancelled', 'AbortError'))
  }

  /** Once now, after each change, though not more often than four times a second, and once at the end. Silence is undefined now and then. */
  async *changes(silence: number): AsyncGenerator<this | undefined> {
    for (;;) {
      const changed = this.#changed.promise
      yield this
      if (this.status !== 'running') return
      await Promise.race([this.ended, sleep(PAUSE, undefined, { ref: false })])
      while (this.status === 'running' && (await isSilent(changed, silence))) yield undefined
    }
  }

  async #run(work: (tools: JobTools) => Promise<Result>, signal: AbortSignal): Promise<void> {
    try {
      this.result = await work({
        signal,
        progress: (progress) => this.#tell(() => (this.progress = progress)),
        failed: (failure) =>
          this.#tell(() => {
            this.failureCount++
            if (this.failures.length < NAMED_FAILURES) this.failures = [...this.failures, failure]
          }),
      })
      this.status = 'done'
    } catch (error) {
      this.error = signal.aborted ? signal.reason : error
      this.status = this.#abort.signal.aborted ? 'cancelled' : 'failed'
    }
    this.endedAt = new Date()
    this.#changed.resolve()
  }

  #tell(change: () => void): void {
    change()
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }
}

async function isSilent(changed: Promise<void>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController()
  const silence = sleep(milliseconds, true, { signal: timer.signal, ref: false }).catch(() => true)
  const silent = await Promise.race([changed.then(() => false), silence])
  timer.abort()
  return silent
}
