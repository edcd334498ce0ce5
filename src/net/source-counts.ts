import { SmaltiError } from '../errors.ts'

/** What was asked of the sources of one scheme. */
export interface SourceCount {
  requests: number
  bytes: number
  /** Time from question to answer, all requests together. */
  seconds: number
  /** By the code of the error. */
  readonly errors: Map<string, number>
}

/** What was asked of files, servers and buckets, by scheme: never by host or name. */
export class SourceCounts {
  readonly byScheme = new Map<string, SourceCount>()

  /** Counts one request; `bytesOf` says how much its answer has. A client that has gone is no error of the source. */
  async count<T>(scheme: string, work: () => Promise<T>, bytesOf: (result: T) => number = () => 0): Promise<T> {
    const count = this.#of(scheme)
    const start = performance.now()
    count.requests++
    try {
      const result = await work()
      count.bytes += bytesOf(result)
      return result
    } catch (error) {
      this.fail(scheme, error)
      throw error
    } finally {
      count.seconds += (performance.now() - start) / 1000
    }
  }

  fail(scheme: string, error: unknown): void {
    const { errors } = this.#of(scheme)
    const code = error instanceof SmaltiError ? error.code : isAbort(error) ? undefined : 'OTHER'
    if (code !== undefined) errors.set(code, (errors.get(code) ?? 0) + 1)
  }

  #of(scheme: string): SourceCount {
    const known = this.byScheme.get(scheme)
    if (known) return known
    const count: SourceCount = { requests: 0, bytes: 0, seconds: 0, errors: new Map() }
    this.byScheme.set(scheme, count)
    return count
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException || (error instanceof Error && error.name === 'AbortError')
}
