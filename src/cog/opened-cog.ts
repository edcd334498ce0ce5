import { ChangedError, UnreadableAssetError } from '../errors.ts'
import { addStage } from '../net/source.ts'
import type { ByteSource, Net, ReadOptions } from '../net/source.ts'
import type { Pool } from '../work/pool.ts'
import type { BlockCache } from './block-cache.ts'
import type { Block, BlockWindow, Cog, SourceInfo } from './cog.ts'
import type { Palette } from './color.ts'
import type { BandMetadata } from './gdal-metadata.ts'
import type { CogHeader, StoredImage } from './header.ts'
import { blockBytes } from './image.ts'
import { MAX_WINDOW_BLOCKS, MAX_WINDOW_BYTES } from './limits.ts'
import { maskOfBlock } from './mask-of-block.ts'
import { readBlocks } from './read-blocks.ts'

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface OpenedCogParts {
  readonly href: string
  readonly net: Net
  readonly source: ByteSource
  readonly header: CogHeader
  readonly revision: string
  readonly cache: BlockCache
  readonly decode: Pool['decode']
  /** Called when the file turns out to be another than the one that was opened. */
  readonly onChanged: () => void
}

/**
 * A file whose header is in memory. It belongs to the cache and is shared: users need not close it. When the cache drops it, its
 * source is closed as soon as nobody reads; who still holds it reads on through a source of its own.
 */
export class OpenedCog implements Cog {
  readonly #parts: OpenedCogParts
  #source: ByteSource | undefined
  #reopening: Promise<ByteSource> | undefined
  #readers = 0
  #dropped = false

  constructor(parts: OpenedCogParts) {
    this.#parts = parts
    this.#source = parts.source
  }

  get name(): string {
    return this.#parts.source.name
  }

  get revision(): string {
    return this.#parts.revision
  }

  get info(): SourceInfo {
    return this.#parts.header.info
  }

  get metadata(): BandMetadata {
    return this.#parts.header.metadata
  }

  get colors(): readonly string[] {
    return this.#parts.header.colors
  }

  get palette(): Palette | undefined {
    return this.#parts.header.palette
  }

  /** Bytes that the header takes. */
  get bytes(): number {
    return this.#parts.header.bytes
  }

  async readWindow(
    level: number,
    window: Rectangle,
    options: ReadOptions & { bands?: readonly number[]; mask?: boolean },
  ): Promise<BlockWindow> {
    const found = this.#parts.header.levels[level]
    if (!found) throw new RangeError(`${this.name} has no level ${level}`)
    const { image } = found.stored
    const x = Math.max(0, Math.floor(window.x))
    const y = Math.max(0, Math.floor(window.y))
    const width = Math.min(image.width, Math.ceil(window.x + window.width)) - x
    const height = Math.min(image.height, Math.ceil(window.y + window.height)) - y
    const inside = { x, y, width: Math.max(0, width), height: Math.max(0, height) }
    if (width <= 0 || height <= 0) return { ...inside, blocks: [] }
    const mask = options.mask === false || !this.info.hasMask ? undefined : found.mask
    const blocks = await this.#withSource(options.signal, (source, signal) =>
      this.#read(source, level, found.stored, mask, inside, { ...options, signal }),
    )
    return { ...inside, blocks }
  }

  async #read(
    source: ByteSource,
    level: number,
    stored: StoredImage,
    mask: StoredImage | undefined,
    window: Rectangle,
    options: ReadOptions & { signal: AbortSignal; bands?: readonly number[] },
  ): Promise<Block[]> {
    const { image } = stored
    const wanted = image.planar ? [...new Set(options.bands ?? Array.from({ length: image.bandCount }, (_, band) => band))] : [0]
    const places = blocksUnder(image, window)
    const plane = image.across * image.down
    this.#checkSize(places.length * wanted.length, blockBytes(image))

    const { cache, decode, href, revision } = this.#parts
    const start = performance.now()
    let lastRead = start
    const readers = { source, cache, decode, onRead: () => void (lastRead = performance.now()) }
    const key = (kind: string) => `${href} ${revision} ${level}${kind}`
    const planes = wanted.flatMap((band) => places.map((place) => band * plane + place))
    const [blocks, masks] = await Promise.all([
      readBlocks(stored, planes, key(''), readers, options),
      mask ? readBlocks(mask, this.#maskPlaces(mask, window, image), key('m'), readers, options) : undefined,
    ])
    if (options.trace) {
      const { stages } = options.trace
      stages.set('read', (stages.get('read') ?? 0) + lastRead - start)
      addStage(options.trace, 'decode', lastRead)
    }
    return places.map((_, place) => {
      const first = blocks[place]
      const bands = image.planar ? sparseBands(image.bandCount, wanted, (i) => blocks[i * places.length + place]) : first.bands
      const { x, y, width, height } = first
      return masks ? { x, y, width, height, bands, mask: maskOfBlock(first, masks) } : { x, y, width, height, bands }
    })
  }

  /** Mask blocks under the image's blocks, not only under the window: a block's mask is as large as the block. */
  #maskPlaces(mask: StoredImage, window: Rectangle, image: StoredImage['image']): number[] {
    const left = Math.floor(window.x / image.blockWidth) * image.blockWidth
    const top = Math.floor(window.y / image.blockHeight) * image.blockHeight
    const right = Math.min(image.width, Math.ceil((window.x + window.width) / image.blockWidth) * image.blockWidth)
    const bottom = Math.min(image.height, Math.ceil((window.y + window.height) / image.blockHeight) * image.blockHeight)
    const places = blocksUnder(mask.image, { x: left, y: top, width: right - left, height: bottom - top })
    this.#checkSize(places.length, blockBytes(mask.image))
    return places
  }

  #checkSize(blocks: number, bytes: number): void {
    if (blocks > MAX_WINDOW_BLOCKS || blocks * bytes > MAX_WINDOW_BYTES) {
      throw new UnreadableAssetError(
        `${this.name}: a window of ${blocks} blocks (${blocks * bytes} bytes) is above the limit of ${MAX_WINDOW_BLOCKS} blocks or ` +
          `${MAX_WINDOW_BYTES} bytes; the file lacks overviews, or its blocks are too small or too large`,
      )
    }
  }

  /** Runs one read. Its signal also aborts when the read fails, so that nothing goes on behind it. */
  async #withSource<T>(
    outer: AbortSignal | undefined,
    work: (source: ByteSource, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    outer?.throwIfAborted()
    const own = new AbortController()
    const forward = () => own.abort(outer?.reason)
    outer?.addEventListener('abort', forward, { once: true })
    this.#readers++
    try {
      return await work(this.#source ?? (await this.#reopen()), own.signal)
    } catch (error) {
      own.abort(error)
      if (error instanceof ChangedError) this.#parts.onChanged()
      throw error
    } finally {
      outer?.removeEventListener('abort', forward)
      this.#readers--
      await this.#closeIdle()
    }
  }

  #reopen(): Promise<ByteSource> {
    this.#reopening ??= this.#openAgain().finally(() => {
      this.#reopening = undefined
    })
    return this.#reopening
  }

  async #openAgain(): Promise<ByteSource> {
    const source = await this.#parts.net.open(this.#parts.href)
    try {
      await source.read(0, 16)
      if (source.revision !== this.revision) throw new ChangedError(`${source.name} changed while it was being read`)
    } catch (error) {
      await source.close()
      throw error
    }
    this.#source = source
    return source
  }

  /** The cache drops it. */
  async drop(): Promise<void> {
    this.#dropped = true
    await this.#closeIdle()
  }

  async #closeIdle(): Promise<void> {
    if (!this.#dropped || this.#readers > 0) return
    const source = this.#source
    this.#source = undefined
    await source?.close()
  }

  /** Nothing to do: the cache closes it. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** Numbers of the blocks under a window, row by row. */
function blocksUnder({ blockWidth, blockHeight, across }: StoredImage['image'], window: Rectangle): number[] {
  const first = Math.floor(window.x / blockWidth)
  const last = Math.floor((window.x + window.width - 1) / blockWidth)
  const top = Math.floor(window.y / blockHeight)
  const bottom = Math.floor((window.y + window.height - 1) / blockHeight)
  // Counted before it is listed.
  const count = (last - first + 1) * (bottom - top + 1)
  if (count > MAX_WINDOW_BLOCKS) {
    throw new UnreadableAssetError(`a window of ${count} blocks is above the limit of ${MAX_WINDOW_BLOCKS}`)
  }
  const places: number[] = []
  for (let row = top; row <= bottom; row++) for (let column = first; column <= last; column++) places.push(row * across + column)
  return places
}

/** One place a band of the file; only those that were read are filled. */
function sparseBands(bandCount: number, wanted: readonly number[], blockOf: (index: number) => Block) {
  const bands: Block['bands'][number][] = Array.from({ length: bandCount }, () => undefined)
  for (const [i, band] of wanted.entries()) bands[band] = blockOf(i).bands[0]
  return bands
}
