import { TooLargeError } from '../errors.ts'
import type { MosaicInfo, MosaicJSON } from '../mosaic/document.ts'
import { documentText } from '../mosaic/document-text.ts'
import { type ParsedMosaic, toDocument } from '../mosaic/parse.ts'
import type { TileBox } from '../mosaic/tile-box.ts'
import type { AssetAddresses } from './asset-addresses.ts'
import type { DeleteOptions, MosaicStore, Revision, SearchOptions, WriteOptions } from './store.ts'

/** Resolved addresses that are remembered: those of the tiles that are looked at. */
const REMEMBERED = 5000

/** A mosaic whose whole document lies in memory, as an index. How it is written is its backend's matter. */
export abstract class DocumentStore implements MosaicStore {
  readonly revision: string
  readonly #mosaic: ParsedMosaic
  readonly #addresses: AssetAddresses
  readonly #resolved = new Map<number, string>()

  constructor(mosaic: ParsedMosaic, revision: string, addresses: AssetAddresses) {
    this.#mosaic = mosaic
    this.revision = revision
    this.#addresses = addresses
  }

  get info(): MosaicInfo {
    return this.#mosaic.info
  }

  get bytes(): number {
    return this.#mosaic.index.bytes + membersBytes(this.#mosaic)
  }

  async assetsFor(prefixes: readonly string[], options: SearchOptions): Promise<readonly string[]> {
    options.signal?.throwIfAborted()
    return this.#answer(this.#mosaic.index.idsFor(prefixes, most(options)), options)
  }

  async assetsIn(box: TileBox, options: SearchOptions): Promise<readonly string[]> {
    options.signal?.throwIfAborted()
    return this.#answer(this.#mosaic.index.idsIn(box, most(options)), options)
  }

  async *quadkeys(): AsyncGenerator<string> {
    yield* this.#mosaic.index.quadkeys()
  }

  async *entries(): AsyncGenerator<readonly [quadkey: string, assets: readonly string[]]> {
    yield* this.#mosaic.index.entries()
  }

  async resolve(href: string): Promise<string> {
    return this.#addresses(href)
  }

  /** The whole document as it was read. Each use makes it anew. */
  get mosaic(): MosaicJSON {
    return toDocument(this.#mosaic)
  }

  async document(): Promise<MosaicJSON> {
    return this.mosaic
  }

  text(): AsyncIterable<string> {
    return documentText(this.info.members, this.#mosaic.index.entries())
  }

  abstract write(mosaic: MosaicJSON, options: WriteOptions): Promise<Revision>
  abstract delete(options?: DeleteOptions): Promise<void>

  async #answer(ids: readonly number[], { maxAssets }: SearchOptions): Promise<readonly string[]> {
    if (ids.length > maxAssets) throw new TooLargeError(`the mosaic has more than ${maxAssets} assets here`, '--max-assets')
    const addresses: string[] = []
    for (const id of ids) addresses.push(this.#resolved.get(id) ?? (await this.#resolve(id)))
    return addresses
  }

  async #resolve(id: number): Promise<string> {
    const address = await this.#addresses((this.info.asset_prefix ?? '') + this.#mosaic.index.text(id))
    if (this.#resolved.size >= REMEMBERED) this.#resolved.clear()
    this.#resolved.set(id, address)
    return address
  }
}

/** One more than is legal, so that there being more is seen. */
function most({ maxAssets, limit }: SearchOptions): number {
  return Math.min(limit ?? Number.POSITIVE_INFINITY, maxAssets + 1)
}

const measured = new WeakMap<ParsedMosaic, number>()

/** Bytes of the members beside `tiles`, about. */
function membersBytes(mosaic: ParsedMosaic): number {
  const known = measured.get(mosaic)
  if (known !== undefined) return known
  const bytes = 1024 + JSON.stringify(mosaic.info.members).length * 2
  measured.set(mosaic, bytes)
  return bytes
}
