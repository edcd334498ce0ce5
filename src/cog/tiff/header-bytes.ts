import { UnreadableAssetError } from '../../errors.ts'
import type { ByteSource, ReadOptions } from '../../net/source.ts'
import { HEADER_GUESS, MAX_HEADER_BYTES, MAX_HEADER_READS } from '../limits.ts'

interface Segment {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** Bytes between two parts of a header that are read along. */
const MAX_STEP = 524_288
const GROWTH = 1.5

/** The parts of a file that its directories lie in, read once: a guess at the start, more only where a directory reaches further. */
export class HeaderBytes {
  readonly #source: ByteSource
  readonly #options: ReadOptions
  readonly #segments: Segment[] = []
  #total = 0
  #reads = 0

  constructor(source: ByteSource, options: ReadOptions) {
    this.#source = source
    this.#options = options
  }

  get name(): string {
    return this.#source.name
  }

  /** Size of the file in bytes; infinite where the source cannot say. */
  get fileSize(): number {
    return this.#source.size ?? Infinity
  }

  /** The bytes, if they have been read. */
  peek(offset: number, length: number): Uint8Array | undefined {
    const segment = this.#segments.find((part) => offset >= part.offset && offset + length <= part.offset + part.bytes.length)
    return segment?.bytes.subarray(offset - segment.offset, offset - segment.offset + length)
  }

  /** @throws UnreadableAssetError where the file ends before, or the header becomes too large */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const known = this.peek(offset, length)
    if (known) return known
    const last = this.#segments.at(-1)
    // A COG's directories and tables follow each other, the largest first: what is half as much again holds them all.
    const isNext = last?.offset === 0 && offset + length - last.bytes.length <= MAX_STEP
    const start = isNext ? last.bytes.length : offset
    // Later reads grow: a header that is larger than the guess is often much larger.
    const wanted = isNext
      ? Math.max(offset + length, Math.min(offset * GROWTH, offset + MAX_STEP)) + HEADER_GUESS - start
      : Math.max(length, HEADER_GUESS * Math.min(4, this.#segments.length + 1))
    const size = Math.min(wanted, this.fileSize - start)
    if (start + size < offset + length) throw new UnreadableAssetError(`${this.name}: the file ends inside its header`)
    if (this.#reads >= MAX_HEADER_READS || this.#total + size > MAX_HEADER_BYTES) {
      throw new UnreadableAssetError(`${this.name}: the header is too large or too scattered`)
    }
    const bytes = await this.#source.read(start, size, this.#options)
    if (start + bytes.length < offset + length) throw new UnreadableAssetError(`${this.name}: the file ends inside its header`)
    this.#total += bytes.length
    // One piece with what comes before: tables lie across the border.
    if (isNext) this.#segments[this.#segments.length - 1] = { offset: 0, bytes: Buffer.concat([last.bytes, bytes]) }
    else this.#segments.push({ offset: start, bytes })
    this.#reads++
    return isNext ? (this.peek(offset, length) as Uint8Array) : bytes.subarray(0, length)
  }

  /** Reads the first bytes of the file, at most {@link HEADER_GUESS}. */
  async start(): Promise<Uint8Array> {
    const bytes = await this.#source.read(0, HEADER_GUESS, this.#options)
    this.#segments.push({ offset: 0, bytes })
    this.#total += bytes.length
    return bytes
  }
}
