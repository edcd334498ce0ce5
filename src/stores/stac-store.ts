import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { NotWritableError, TooLargeError } from '../errors.ts'
import type { BBox } from '../grid/bbox.ts'
import { MosaicBuilder } from '../mosaic/mosaic-builder.ts'
import { coveredQuadkeys } from '../mosaic/quadkey-cover.ts'
import { within } from '../net/objects.ts'
import { withoutSecrets } from '../net/address.ts'
import { DocumentStore } from './document-store.ts'
import type { OpenOptions, StoreContext, StoreKind } from './kind.ts'
import { checkedSearch, isStac, parseStac, type StacSearch, textOf } from './stac-address.ts'
import { boundsOf, footprintOf } from './stac-footprint.ts'
import { assetOf, type StacItem } from './stac-item.ts'
import { stacPages } from './stac-pages.ts'

const READ_ONLY = 'a mosaic of a STAC search cannot be written'
/** Milliseconds for all pages together. */
const TOTAL_MS = 120_000
/** Tiles of all items together. */
const MAX_TILES = 1_000_000
/** Of a tile's width: as large as points and lines are made, so that tiles hold a part of them. */
const LEAST = 1e-4
/** Cells that are looked at before others get their turn: some milliseconds. */
const BATCH = 2000

/** The items of a STAC search. They are only read. */
export class StacStore extends DocumentStore {
  async write(): Promise<never> {
    throw new NotWritableError(READ_ONLY)
  }

  async delete(): Promise<void> {
    throw new NotWritableError(READ_ONLY)
  }
}

export const stacKind: StoreKind = {
  name: 'STAC',
  // As long as a search may take.
  staleMs: TOTAL_MS,
  matches: (address) => isStac(address),
  check: parseStac,
  open(address, context, options) {
    const { href, search } = parseStac(address)
    return openStac(href, search ?? checkedSearch({}), context, options)
  },
}

/**
 * Searches, and makes a mosaic of the items: of each tile of `minzoom` those that lie there, in the order of the search. undefined if it
 * still is `ifNot`. @param href of the API's search. @throws SmaltiError
 */
export async function openStac(
  href: string,
  search: StacSearch,
  context: StoreContext,
  options: OpenOptions,
): Promise<StacStore | undefined> {
  return within(withoutSecrets(href), TOTAL_MS, options.signal, async (signal) => {
    const found = new Found(search)
    for await (const { items, href: page } of stacPages(context.net, href, search, { signal, trace: options.trace })) {
      for (const item of items) await found.add(item, page, signal)
    }
    const { members, tiles } = found.mosaic()
    const builder = new MosaicBuilder(members, context.limits)
    const hash = createHash('sha256').update(JSON.stringify(members))
    for (const [i, [key, ids]] of tiles.entries()) {
      const assets = found.assetsOf(ids)
      builder.add(key, assets)
      hash.update(JSON.stringify([key, assets]))
      if (i % BATCH === BATCH - 1) await turn()
    }
    const revision = hash.digest('base64url')
    return revision === options.ifNot ? undefined : new StacStore(builder.finish(), revision, (asset) => asset)
  })
}

/** What the items of a search come to. */
class Found {
  readonly #search: StacSearch
  readonly #assets: string[] = []
  readonly #boxes: BBox[] = []
  /** Indices of assets by quadkey, in the order of the search. */
  readonly #tiles = new Map<string, number[]>()
  #count = 0
  #looked = 0
  #noPlace = 0
  #noAsset = 0

  constructor(search: StacSearch) {
    this.#search = search
  }

  async add(item: StacItem, page: string, signal: AbortSignal): Promise<void> {
    const { minzoom, accessor } = this.#search
    const found = assetOf(item, accessor, page)
    if (found === undefined && typeof accessor !== 'function') {
      this.#noAsset++
      return
    }
    const asset = textOf(found, item)
    const footprint = footprintOf(item, (360 / 2 ** minzoom) * LEAST)
    if (!footprint) {
      this.#noPlace++
      return
    }
    const id = this.#assets.push(asset) - 1
    this.#boxes.push(footprint.box)
    for (const polygon of footprint.polygons) {
      for (const key of coveredQuadkeys(polygon, minzoom)) {
        if (key !== undefined) this.#note(key, id)
        if (++this.#looked % BATCH === 0) {
          await turn()
          signal.throwIfAborted()
        }
      }
    }
  }

  assetsOf(ids: readonly number[]): readonly string[] {
    return [...new Set(ids.map((id) => this.#assets[id]))]
  }

  /** Members, and the tiles by quadkey with the numbers of their assets. */
  mosaic(): { members: Record<string, unknown>; tiles: readonly (readonly [string, readonly number[]])[] } {
    const { minzoom, maxzoom } = this.#search
    const members = {
      mosaicjson: '0.0.3',
      version: '1.0.0',
      minzoom,
      maxzoom,
      quadkey_zoom: minzoom,
      bounds: boundsOf(this.#boxes) ?? [-180, -90, 180, 90],
      'smalti:search': { items: this.#assets.length, without_place: this.#noPlace, without_asset: this.#noAsset },
    }
    return { members, tiles: [...this.#tiles].sort(([a], [b]) => (a < b ? -1 : 1)) }
  }

  #note(key: string, id: number): void {
    const ids = this.#tiles.get(key) ?? []
    if (ids.at(-1) === id) return
    if (++this.#count > MAX_TILES) {
      throw new TooLargeError(`the items lie on more than ${MAX_TILES} tiles of zoom ${this.#search.minzoom}`, 'stac_minzoom')
    }
    ids.push(id)
    this.#tiles.set(key, ids)
  }
}
