import { ChangedError } from '../errors.ts'
import { addStage } from '../net/source.ts'
import type { ByteSource, Net, ReadOptions } from '../net/source.ts'
import type { BlockPool } from '../work/pool.ts'
import type { BlockCache, BlockLease } from './block-cache.ts'
import type { Block, BlockWindow, Cog, LevelWindow, SourceInfo, WindowOptions } from './cog.ts'
import type { Palette } from './color.ts'
import type { BandMetadata } from './gdal-metadata.ts'
import type { CogHeader, StoredImage } from './header.ts'
import { maskOfBlock } from './mask-of-block.ts'
import { openAsset } from './open-asset.ts'
import { readBlocks, type WantedBlocks } from './read-blocks.ts'
import { planWindow } from './window-plan.ts'
import type { WindowPlan } from './window-plan.ts'

export interface OpenedCogParts {
  readonly href: string
  readonly net: Net
  readonly source: ByteSource
  readonly header: CogHeader
  readonly revision: string
  readonly cache: BlockCache
  readonly pool: BlockPool
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

  async withWindows<T>(
    windows: readonly LevelWindow[],
    options: WindowOptions,
    use: (windows: readonly BlockWindow[]) => Promise<T> | T,
  ): Promise<T> {
    const plans = windows.map((window) => planWindow(this.name, this.#parts.header, window, options))
    const bytes = plans.reduce((sum, plan) => sum + plan.bytes, 0)
    if (bytes === 0) return use(plans.map(({ window }) => ({ ...window, blocks: [] })))
    const lease = await this.#parts.cache.lease(bytes, options.signal)
    try {
      const read = await this.#withSource(options.signal, (source, signal) =>
        Promise.all(plans.map((plan) => this.#read(source, lease, plan, { signal, trace: options.trace }))),
      )
      return await use(read)
    } finally {
      lease.release()
    }
  }

  readWindow(level: number, window: Omit<LevelWindow, 'level'>, options: WindowOptions): Promise<BlockWindow> {
    return this.withWindows([{ ...window, level }], options, ([found]) => ({ ...found, blocks: found.blocks.map(copyOf) }))
  }

  async #read(
    source: ByteSource,
    lease: BlockLease,
    { level, stored, window, bands, places, mask, row }: WindowPlan,
    options: ReadOptions & { signal: AbortSignal },
  ): Promise<BlockWindow> {
    const { image } = stored
    const { cache, pool, href, revision } = this.#parts
    const plane = image.across * image.down
    const start = performance.now()
    let lastRead = start
    const onRead = () => void (lastRead = performance.now())
    const key = (kind: string, { file }: StoredImage) => `${href} ${file?.revision ?? revision} ${level}${kind}`
    const numbers = bands.flatMap((band) => places.map((place) => band * plane + place))
    const wanted: WantedBlocks[] = [{ stored, numbers, keyPrefix: key('', stored), row }]
    if (mask) wanted.push({ stored: mask.stored, numbers: mask.places, keyPrefix: key('m', mask.stored), row })
    const read = (part: StoredImage, images: readonly WantedBlocks[]) =>
      this.#from(part, source, (from) => readBlocks(images, { source: from, cache, lease, pool, onRead }, options))
    const inOneFile = !mask || mask.stored.file?.href === stored.file?.href
    const [blocks, masks] = inOneFile
      ? await read(stored, wanted)
      : (await Promise.all(wanted.map((part) => read(part.stored, [part])))).flat()
    if (options.trace) {
      const { stages } = options.trace
      stages.set('read', (stages.get('read') ?? 0) + lastRead - start)
      addStage(options.trace, 'decode', lastRead)
    }
    const found = places.map((_, place): Block => {
      const { x, y, width, height, bands: own } = blocks[place]
      const all = image.planar ? sparseBands(image.bandCount, bands, (i) => blocks[i * places.length + place]) : own
      return masks
        ? { x, y, width, height, bands: all, mask: maskOfBlock(blocks[place], masks) }
        : { x, y, width, height, bands: all }
    })
    return { ...window, blocks: found }
  }

  /** Reads an image where it lies: in the file, or in one beside it. */
  async #from<T>({ file }: StoredImage, source: ByteSource, work: (source: ByteSource) => Promise<T>): Promise<T> {
    if (!file) return work(source)
    const own = await this.#parts.net.open(file.href)
    try {
      if (own.revision !== file.revision) throw new ChangedError(`${own.name} changed while it was being read`)
      return await work(own)
    } finally {
      await own.close()
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
    const source = await openAsset(this.#parts.net, this.#parts.href)
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

/** One place a band of the file; only those that were read are filled. */
function sparseBands(bandCount: number, wanted: readonly number[], blockOf: (index: number) => Block) {
  const bands: Block['bands'][number][] = Array.from({ length: bandCount }, () => undefined)
  for (const [i, band] of wanted.entries()) bands[band] = blockOf(i).bands[0]
  return bands
}

function copyOf(block: Block): Block {
  return { ...block, bands: block.bands.map((band) => band?.slice()), mask: block.mask?.slice() }
}
