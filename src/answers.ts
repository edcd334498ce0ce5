import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { CacheCount } from './cache/cache-count.ts'

/** What the ETag of an answer was made of: while none of it changes, the answer is the same. */
export interface AnswerRecord {
  readonly etag: string
  /** Of the mosaic; '' where a file or an item is its own source. */
  readonly sourceRevision: string
  /** Every asset that was looked at, in mosaic order. */
  readonly assets: readonly (readonly [href: string, revision: string])[]
}

interface Remembered extends AnswerRecord {
  /** performance.now() of the last look at what it was made of. */
  checked: number
}

export interface AnswersOptions<Answer> {
  /** Bytes for the records; one of a few assets takes about 800. */
  readonly records: number
  /** Bytes for the answers themselves. */
  readonly memory: number
  /** Seconds that a record goes without a second look. */
  readonly ttl: number
  /** What an answer takes besides its body. */
  readonly bytesOf?: (answer: Answer) => number
}

interface Keepable {
  readonly body?: Uint8Array
  readonly etag?: string
}

/** Of the rest of an answer: headers, names of assets. */
const OVERHEAD = 1024
/** What a record takes besides its texts, and each of its assets. */
const RECORD_BYTES = 400
const ASSET_BYTES = 120
/** Longer keys (a request holds its geometry) are kept as their hash. */
const LONGEST_KEY = 512

/**
 * The answers of late, in memory: records by the canonical form of the request, and encoded pictures by ETag, so that a tile that is
 * asked for again is a look-up. Bounded in bytes. Whether a record still holds is for the caller to find out.
 */
export class Answers<Answer extends Keepable> {
  readonly #records: LRUCache<string, Remembered>
  readonly #pictures: LRUCache<string, Answer>
  readonly #maxBytes: number
  readonly #ttl: number
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor({ records, memory, ttl, bytesOf = () => OVERHEAD }: AnswersOptions<Answer>) {
    this.#records = new LRUCache<string, Remembered>({ maxSize: records, sizeCalculation: bytesOfRecord })
    const maxEntrySize = Math.max(1, Math.floor(memory / 4))
    this.#pictures = new LRUCache({
      maxSize: memory,
      maxEntrySize,
      sizeCalculation: (answer: Answer) => (answer.body?.byteLength ?? 0) + bytesOf(answer),
      dispose: (_answer, _etag, reason) => {
        if (reason === 'evict') this.#evictions++
      },
    })
    this.#maxBytes = memory
    this.#ttl = ttl * 1000
  }

  /** @param key canonical form of the request. @param answer left out where it should be made anew the next time */
  remember(key: string, record: AnswerRecord, answer?: Answer): void {
    this.#records.set(short(key), { ...record, checked: performance.now() })
    if (answer) this.#pictures.set(record.etag, withOwnMemory(answer))
  }

  /** What is remembered of a request; `fresh`: it was looked at within the TTL. */
  find(key: string): { readonly record: AnswerRecord; readonly fresh: boolean } | undefined {
    const record = this.#records.get(short(key))
    return record && { record, fresh: performance.now() - record.checked < this.#ttl }
  }

  /** The record still holds: it is good for another TTL. */
  confirm(key: string): void {
    const record = this.#records.peek(short(key))
    if (record) record.checked = performance.now()
  }

  /** The answer with this ETag, if it is kept. */
  answer(etag: string): Answer | undefined {
    const kept = this.#pictures.get(etag)
    if (kept) this.#hits++
    else this.#misses++
    return kept
  }

  stats(): CacheCount {
    const { size, calculatedSize } = this.#pictures
    const [hits, misses, evictions] = [this.#hits, this.#misses, this.#evictions]
    return { entries: size, bytes: calculatedSize, maxBytes: this.#maxBytes, hits, misses, evictions }
  }

  clear(): void {
    this.#records.clear()
    this.#pictures.clear()
  }
}

/** A mosaic may have hundreds of assets at a place. */
function bytesOfRecord({ assets }: AnswerRecord, key: string): number {
  return assets.reduce((sum, [href]) => sum + href.length + ASSET_BYTES, key.length + RECORD_BYTES)
}

function short(key: string): string {
  return key.length > LONGEST_KEY ? createHash('sha256').update(key).digest('base64url') : key
}

/** A picture may be a view of a larger buffer, which would be kept whole. */
function withOwnMemory<Answer extends Keepable>(answer: Answer): Answer {
  const { body } = answer
  return body && body.buffer.byteLength > body.byteLength * 1.25 ? { ...answer, body: body.slice() } : answer
}
