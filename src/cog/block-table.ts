import { SharedWork } from '../cache/shared-work.ts'
import { UnreadableAssetError } from '../errors.ts'
import type { ByteSource, ReadOptions } from '../net/source.ts'
import { COMPRESSION, storedBytes } from './decode/layout.ts'
import { blockLayout } from './image.ts'
import type { Image } from './image.ts'
import { MAX_BLOCK_BYTES } from './limits.ts'
import { TAG } from './tiff/field-types.ts'
import type { Entry } from './tiff/directories.ts'
import type { HeaderBytes } from './tiff/header-bytes.ts'
import type { Directory } from './tiff/parse.ts'
import { unsignedValues } from './tiff/values.ts'

/** Where a block's bytes lie; length 0: the block is not stored. */
export interface BlockRange {
  readonly offset: number
  readonly length: number
}

interface Page {
  readonly offsets: Float64Array
  readonly counts: Float64Array | undefined
}

/** Blocks of one page of the table, and pages that are kept. */
const PAGE = 8192
const MAX_PAGES = 8

/** Offsets and byte counts of an image's blocks. Small tables are there at once; large ones are read page by page when needed. */
export class BlockTable {
  readonly #image: Image
  readonly #offsets: Entry
  readonly #counts: Entry | undefined
  readonly #littleEndian: boolean
  readonly #pages = new Map<number, Page>()
  readonly #reading = new SharedWork<Page>()

  private constructor(image: Image, offsets: Entry, counts: Entry | undefined, littleEndian: boolean) {
    this.#image = image
    this.#offsets = offsets
    this.#counts = counts
    this.#littleEndian = littleEndian
  }

  /** @throws UnreadableAssetError where the directory has no table, or too small a one */
  static of({ entries }: Directory, image: Image, header: HeaderBytes, littleEndian: boolean): BlockTable {
    // Files exist that call the tables of tiles those of strips.
    const offsets = entries.get(TAG.tileOffsets) ?? entries.get(TAG.stripOffsets)
    const counts = entries.get(TAG.tileByteCounts) ?? entries.get(TAG.stripByteCounts)
    const blocks = image.across * image.down * (image.planar ? image.bandCount : 1)
    if (!offsets || !isUnsigned(offsets) || (counts && !isUnsigned(counts))) {
      throw new UnreadableAssetError(`${header.name}: there is no table of the blocks, or it lies outside the file`)
    }
    // A table that is too short leaves the last blocks out, as in libtiff: they are not stored.
    const known = counts && counts.count >= Math.min(blocks, offsets.count) ? counts : undefined
    if (!known && image.coding.compression !== COMPRESSION.none) {
      throw new UnreadableAssetError(`${header.name}: the table of byte counts is missing or too short`)
    }
    const table = new BlockTable(image, offsets, known, littleEndian)
    if (blocks <= PAGE) table.#takeFrom(header)
    return table
  }

  /** Bytes that this may take in memory. */
  get bytes(): number {
    return Math.min(this.#offsets.count, PAGE * MAX_PAGES) * 16
  }

  /**
   * Ranges of blocks, by their number among all blocks of the image (planes one after the other).
   * @throws UnreadableAssetError where one lies outside the file, or is larger than a block can be
   */
  async locate(blocks: readonly number[], source: ByteSource, options: ReadOptions): Promise<BlockRange[]> {
    const wanted = [...new Set(blocks.map((block) => Math.floor(block / PAGE)))]
    const pages = new Map<number, Page>()
    await Promise.all(wanted.map(async (index) => pages.set(index, await this.#page(index, source, options))))
    return blocks.map((block) => this.#range(block, pages.get(Math.floor(block / PAGE)) as Page, source))
  }

  #range(block: number, page: Page, source: ByteSource): BlockRange {
    const offset = page.offsets[block % PAGE] ?? 0
    const plane = this.#image.across * this.#image.down
    const length = page.counts?.[block % PAGE] ?? storedBytes(blockLayout(this.#image, source.name, block % plane))
    if (offset === 0 || length === 0) return { offset: 0, length: 0 }
    if (length > 2 * MAX_BLOCK_BYTES || offset + length > (source.size ?? Infinity)) {
      throw new UnreadableAssetError(`${source.name}: block ${block} lies outside the file, or is too large`)
    }
    return { offset, length }
  }

  async #page(index: number, source: ByteSource, options: ReadOptions): Promise<Page> {
    const known = this.#pages.get(index)
    if (known) return known
    return this.#reading.run(String(index), options.signal, async (signal) => {
      const read = async (entry: Entry) => {
        const { offset, length } = slice(entry, index)
        const bytes = await source.read(offset, length, { signal, trace: options.trace })
        if (bytes.length < length) throw new UnreadableAssetError(`${source.name}: the file ends inside its table of blocks`)
        return unsignedValues(bytes, entry.type, this.#littleEndian)
      }
      const [offsets, counts] = await Promise.all([read(this.#offsets), this.#counts && read(this.#counts)])
      return this.#keep(index, { offsets, counts })
    })
  }

  /** Takes the whole table from bytes that have been read with the header anyway. */
  #takeFrom(header: HeaderBytes): void {
    const peek = (entry: Entry) => {
      const { offset, length } = slice(entry, 0)
      const bytes = header.peek(offset, length)
      return bytes && unsignedValues(bytes, entry.type, this.#littleEndian)
    }
    const offsets = peek(this.#offsets)
    const counts = this.#counts && peek(this.#counts)
    if (offsets && (counts || !this.#counts)) this.#keep(0, { offsets, counts })
  }

  #keep(index: number, page: Page): Page {
    // The oldest goes first: windows move over a level, they seldom come back.
    if (this.#pages.size >= MAX_PAGES) this.#pages.delete(this.#pages.keys().next().value as number)
    this.#pages.set(index, page)
    return page
  }
}

function isUnsigned(entry: Entry): boolean {
  return entry.type === 1 || entry.type === 3 || entry.type === 4 || entry.type === 16
}

function slice(entry: Entry, page: number): { offset: number; length: number } {
  const size = entry.bytes / entry.count
  const first = page * PAGE
  return { offset: entry.offset + first * size, length: Math.max(0, Math.min(PAGE, entry.count - first)) * size }
}
