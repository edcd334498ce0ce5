import type { CacheCount } from '../cache/cache-count.ts'
import type { SourceCount } from '../net/source-counts.ts'

export interface QueueCount {
  readonly running: number
  readonly waiting: number
  /** Turned away since the start: the queue was full. */
  readonly refused: number
}

export interface ThreadCount {
  readonly threads: number
  /** Tasks. */
  readonly running: number
  readonly waiting: number
}

/** What the rooms count by themselves, in plain numbers; looked at when somebody asks for the metrics. */
export interface Counts {
  caches(): Readonly<Record<string, CacheCount>>
  sources(): ReadonlyMap<string, SourceCount>
  threads(): ThreadCount
  queue(): QueueCount
}
