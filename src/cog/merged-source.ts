import { SharedWork } from '../cache/shared-work.ts'
import type { ByteSource, ReadOptions } from '../net/source.ts'
import { freeMemory } from '../raster/free-memory.ts'
import { HEADER_GUESS } from './limits.ts'
import { groupRanges } from './ranges.ts'

interface Waiting {
  readonly offset: number
  readonly length: number
  readonly options: ReadOptions
  readonly answer: PromiseWithResolvers<Uint8Array>
}

/** Bytes that are fetched in vain rather than asking once more: a connection brings them in about the time of a request. */
const MAX_GAP = 524_288
const MAX_READ = 8_388_608

/**
 * A file on a server, where each request costs more than its bytes. What is read in the same turn (blocks and their masks, offsets and
 * counts, tiles of several clients) is fetched together where it lies close together; the first bytes of the file, which hold the
 * header and in a COG often the smallest overviews, are kept.
 */
export class MergedSource implements ByteSource {
  readonly #source: ByteSource
  #head: Uint8Array | undefined
  #waiting: Waiting[] = []

  constructor(source: ByteSource) {
    this.#source = source
  }

  get name(): string {
    return this.#source.name
  }

  get size(): number | undefined {
    return this.#source.size
  }

  get revision(): string | undefined {
    return this.#source.revision
  }

  async read(offset: number, length: number, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    if (!this.#head && offset === 0) {
      // Not `into` the reader's memory: the head outlives it, and so may a read that its reader has left.
      const bytes = await this.#source.read(0, length, { ...options, into: undefined })
      if (length <= HEADER_GUESS) this.#head ??= bytes
      return bytes
    }
    const end = Math.min(offset + length, this.size ?? Infinity)
    if (end <= offset) return new Uint8Array(0)
    if (this.#head && end <= this.#head.length) return this.#head.subarray(offset, end)
    const waiting = { offset, length: end - offset, options, answer: Promise.withResolvers<Uint8Array>() }
    // After the turn: until then others may want what lies beside it.
    if (this.#waiting.push(waiting) === 1) setImmediate(() => this.#flush())
    return waiting.answer.promise
  }

  close(): Promise<void> {
    return this.#source.close()
  }

  #flush(): void {
    const all = this.#waiting
    this.#waiting = []
    for (const { offset, length, members } of groupRanges(all, { maxGap: MAX_GAP, maxRead: MAX_READ })) {
      const { trace } = all[members[0]].options
      void this.#readTogether(
        { offset, length, trace },
        members.map((member) => all[member]),
      )
    }
  }

  /** Whoever brought memory finds its bytes there; where all did, what they were read into goes at once: nobody looks at it any more. */
  async #readTogether(
    { offset, length, trace }: Pick<Waiting, 'offset' | 'length'> & Pick<ReadOptions, 'trace'>,
    readers: readonly Waiting[],
  ): Promise<void> {
    const work = new SharedWork<Uint8Array>()
    let whole: Uint8Array | undefined
    const read = async (signal: AbortSignal) => (whole = await this.#source.read(offset, length, { signal, trace }))
    const answered = readers.map(async (one) => {
      const { signal, into } = one.options
      try {
        const bytes = await work.run('', signal, read)
        const own = bytes.subarray(one.offset - offset, one.offset - offset + one.length)
        // Only here: a reader that has left may have given its memory to somebody else.
        into?.set(own)
        one.answer.resolve(into ? into.subarray(0, own.length) : own)
      } catch (error) {
        one.answer.reject(error)
      }
    })
    await Promise.all(answered)
    if (readers.every(({ options }) => options.into)) freeMemory(whole)
  }
}
