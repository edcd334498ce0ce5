/** What one cache has, and what it was good for. */
export interface CacheCount {
  readonly entries: number
  readonly bytes: number
  readonly maxBytes: number
  /** Since the start, like the rest. */
  readonly hits: number
  readonly misses: number
  /** Entries that made room for others. */
  readonly evictions: number
}
