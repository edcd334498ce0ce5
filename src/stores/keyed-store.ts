import { ChangedError, TooLargeError } from '../errors.ts'
import { quadkeyToTile } from '../grid/quadkey.ts'
import type { MosaicInfo, MosaicJSON } from '../mosaic/document.ts'
import { keysBelow, type KeyRange, rangesOf } from '../mosaic/key-range.ts'
import type { TileBox } from '../mosaic/tile-box.ts'
import type { ReadOptions } from '../net/source.ts'
import type { AssetAddresses } from './asset-addresses.ts'
import type { StoreLimits } from './kind.ts'
import type { DeleteOptions, MosaicStore, Revision, SearchOptions, WriteOptions } from './store.ts'

export interface KeyedTile {
  readonly quadkey: string
  readonly assets: readonly string[]
}

export interface KeyedStoreOptions {
  readonly info: MosaicInfo
  readonly revision: string
  readonly addresses: AssetAddresses
  readonly limits: StoreLimits
}

interface Place {
  readonly x: number
  readonly y: number
  readonly position: number
}

/** Resolved addresses that are remembered. */
const REMEMBERED = 5000
/** What is read in pieces while somebody writes is read again, so often. */
const TRIES = 4

/** A mosaic whose tiles stay where they are stored, sorted by quadkey: a tile is one query. */
export abstract class KeyedStore implements MosaicStore {
  readonly info: MosaicInfo
  readonly revision: string
  abstract readonly bytes: number
  /** Queries that one box may take. */
  protected abstract readonly queriesOfBox: number
  readonly #addresses: AssetAddresses
  readonly #resolved = new Map<string, string>()
  readonly #limits: StoreLimits

  constructor({ info, revision, addresses, limits }: KeyedStoreOptions) {
    this.info = info
    this.revision = revision
    this.#addresses = addresses
    this.#limits = limits
  }

  /** Tiles of a range by ascending quadkey, in pages. @throws ChangedError where what was written meanwhile would mix with what was read */
  protected abstract pages(range: KeyRange, options: ReadOptions): AsyncIterable<readonly KeyedTile[]>

  assetsFor(prefixes: readonly string[], options: SearchOptions): Promise<readonly string[]> {
    return steadily(async () => {
      const found = new Set<string>()
      for (const prefix of prefixes) {
        for await (const page of this.pages(keysBelow(prefix.slice(0, this.info.quadkeyZoom)), options)) {
          for (const { assets } of page) for (const asset of assets) found.add(asset)
          if (found.size >= most(options)) return this.#answer([...found], options)
        }
      }
      return this.#answer([...found], options)
    })
  }

  assetsIn(box: TileBox, options: SearchOptions): Promise<readonly string[]> {
    return steadily(async () => {
      const places = new Map<string, Place>()
      for (const range of rangesOf(box, this.info.quadkeyZoom, this.queriesOfBox)) {
        for await (const page of this.pages(range, options)) {
          for (const tile of page) place(tile, box, places)
          if (places.size > most(options)) break
        }
      }
      const ordered = [...places].sort(([, a], [, b]) => a.x - b.x || a.y - b.y || a.position - b.position)
      return this.#answer(
        ordered.map(([asset]) => asset),
        options,
      )
    })
  }

  async *quadkeys(): AsyncGenerator<string> {
    for await (const page of this.pages(keysBelow(''), {})) for (const { quadkey } of page) yield quadkey
  }

  async *entries(): AsyncGenerator<readonly [quadkey: string, assets: readonly string[]]> {
    for await (const page of this.pages(keysBelow(''), {})) for (const { quadkey, assets } of page) yield [quadkey, assets]
  }

  async resolve(href: string): Promise<string> {
    return this.#addresses(href)
  }

  document(): Promise<MosaicJSON> {
    return steadily(async () => {
      const tiles: [string, readonly string[]][] = []
      let size = 0
      for await (const page of this.pages(keysBelow(''), {})) {
        for (const { quadkey, assets } of page) {
          tiles.push([quadkey, assets])
          for (const asset of assets) size += asset.length + 3
        }
        if (size > this.#limits.maxUnpacked) {
          throw new TooLargeError(
            `the document of this mosaic has more than ${this.#limits.maxUnpacked} bytes`,
            '--max-mosaic-unpacked',
          )
        }
      }
      return { ...this.info.members, tiles: Object.fromEntries(tiles) }
    })
  }

  abstract write(mosaic: MosaicJSON, options: WriteOptions): Promise<Revision>
  abstract delete(options?: DeleteOptions): Promise<void>

  async #answer(assets: readonly string[], options: SearchOptions): Promise<readonly string[]> {
    if (assets.length > options.maxAssets && most(options) > options.maxAssets) {
      throw new TooLargeError(`the mosaic has more than ${options.maxAssets} assets here`, '--max-assets')
    }
    const addresses: string[] = []
    for (const asset of assets.slice(0, most(options))) addresses.push(this.#resolved.get(asset) ?? (await this.#resolve(asset)))
    return addresses
  }

  async #resolve(asset: string): Promise<string> {
    const address = await this.#addresses((this.info.asset_prefix ?? '') + asset)
    if (this.#resolved.size >= REMEMBERED) this.#resolved.clear()
    this.#resolved.set(asset, address)
    return address
  }
}

/** One more than is legal, so that there being more is seen. */
function most({ maxAssets, limit }: SearchOptions): number {
  return Math.min(limit ?? Number.POSITIVE_INFINITY, maxAssets + 1)
}

/** Notes the assets of a tile in the box where they come first in column order. */
function place({ quadkey, assets }: KeyedTile, box: TileBox, places: Map<string, Place>): void {
  const tile = quadkeyToTile(quadkey)
  if (!tile) return
  const { x, y } = tile
  if (x < box.minCol || x > box.maxCol || y < box.minRow || y > box.maxRow) return
  for (const [position, asset] of assets.entries()) {
    const known = places.get(asset)
    if (known && (known.x < x || (known.x === x && known.y <= y))) continue
    places.set(asset, { x, y, position })
  }
}

async function steadily<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ChangedError) || attempt >= TRIES) throw error
    }
  }
}
