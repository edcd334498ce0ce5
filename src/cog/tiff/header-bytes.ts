import { UnreadableAssetError } from '../../errors.ts'
import type { ByteSource, ReadOptions } from '../../net/source.ts'
import { HEADER_GUESS, MAX_HEADER_BYTES, MAX_HEADER_READS } from '../limits.ts'

interface Segment {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The parts of a file that its directories lie in, read once: a guess at the start, more only where a directory reaches further. */
export class HeaderBytes {
  readonly #source: ByteSource
  readonly #options: ReadOptions
  readonly #segments: Segment[] = []
  #total = 0

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
    // Later reads grow: a header that is larger than the guess is often much larger.
    const wanted = Math.max(length, HEADER_GUESS * Math.min(4, this.#segments.length + 1))
    const size = Math.min(wanted, this.fileSize - offset)
    if (size < length) throw new UnreadableAssetError(`${this.name}: the file ends inside its header`)
    if (this.#segments.length >= MAX_HEADER_READS || this.#total + size > MAX_HEADER_BYTES) {
      throw new UnreadableAssetError(`${this.name}: the header is too large or too scattered`)
    }
    const bytes = await this.#source.read(offset, size, this.#options)
    if (bytes.length < length) throw new UnreadableAssetError(`${this.name}: the file ends inside its header`)
    this.#segments.push({ offset, bytes })
    this.#total += bytes.length
    return bytes.subarray(0, length)
  }

  /** Reads the first bytes of the file, at most {@link HEADER_GUESS}. */
  async start(): Promise<Uint8Array> {
    const bytes = await this.#source.read(0, HEADER_GUESS, this.#options)
    this.#segments.push({ offset: 0, bytes })
    this.#total += bytes.length
    return bytes
  }
}
