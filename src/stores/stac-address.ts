import { InvalidMosaicError, ParameterError } from '../errors.ts'
import type { StacItem } from './stac-item.ts'

/** A search of a STAC API, and the mosaic that its items become. */
export interface StacSearch {
  /** Body of the search: collections, datetime, bbox, intersects, query, filter, fields, sortby, ids, limit … */
  readonly query: Readonly<Record<string, unknown>>
  /** Also the zoom of the quadkeys. */
  readonly minzoom: number
  readonly maxzoom: number
  /** Items that are wanted at most. */
  readonly maxItems?: number
  /** Items of one page, unless the query has a limit. */
  readonly limit?: number
  /** Where the asset's address is in an item: a path such as `assets.B01.href`, or a function. Default: its self link. */
  readonly accessor?: string | ((item: StacItem) => string)
}

export interface StacPlace {
  readonly href: string
  readonly search?: StacSearch
}

/** The plus may have become a space on its way through a form, or `%2B` twice; and some write a colon behind it. */
const ADDRESS = /^stac(?:[+ ]|%2B):?(https?:\/\/[^#]*)(?:#(.*))?$/is
const MAX_ZOOM = 30

export function isStac(address: string): boolean {
  return ADDRESS.test(address)
}

/** `stac+https://host/search`, with the search behind `#` as {@link printStac} puts it there. @throws ParameterError */
export function parseStac(address: string): StacPlace {
  const [, href = '', fragment] = ADDRESS.exec(address) ?? []
  if (!URL.canParse(href)) throw new ParameterError('url', 'url: not the address of a STAC search: stac+https://host/search')
  if (fragment === undefined) return { href }
  try {
    return { href, search: checkedSearch(JSON.parse(decodeURIComponent(fragment)) as Partial<StacSearch>) }
  } catch (error) {
    throw error instanceof ParameterError ? error : new ParameterError('url', 'url: what follows # is not a STAC search')
  }
}

/** One text for an API and a search: the same search is the same mosaic. Functions have no text. */
export function printStac({ href, search }: StacPlace): string {
  const address = `stac+${href}`
  if (!search) return address
  const { query, minzoom, maxzoom, maxItems, limit, accessor } = search
  return `${address}#${encodeURIComponent(JSON.stringify({ query, minzoom, maxzoom, maxItems, limit, accessor }))}`
}

/** @throws ParameterError naming the parameter of the HTTP interface */
export function checkedSearch(search: Partial<StacSearch>): StacSearch {
  const { query = {}, accessor } = search
  if (typeof query !== 'object' || query === null || Array.isArray(query)) {
    throw new ParameterError('search', 'search must be a JSON object: the body of a STAC search')
  }
  const minzoom = whole('stac_minzoom', search.minzoom, 0, MAX_ZOOM)
  const maxzoom = whole('stac_maxzoom', search.maxzoom, 0, MAX_ZOOM)
  if (minzoom === undefined || maxzoom === undefined) {
    const name = minzoom === undefined ? 'stac_minzoom' : 'stac_maxzoom'
    throw new ParameterError(name, `${name} is needed: a STAC search does not say at which zooms its items are seen`)
  }
  if (minzoom > maxzoom) throw new ParameterError('stac_minzoom', `stac_minzoom (${minzoom}) is above stac_maxzoom (${maxzoom})`)
  if (accessor !== undefined && typeof accessor !== 'function' && !/^[^.].*[^.]$|^[^.]$/s.test(String(accessor))) {
    throw new ParameterError('accessor', 'accessor must be a path in an item, such as assets.B01.href')
  }
  const maxItems = whole('max_items', search.maxItems, 1, Number.MAX_SAFE_INTEGER)
  const limit = whole('page_limit', search.limit, 1, 10_000)
  return { query, minzoom, maxzoom, maxItems, limit, accessor }
}

function whole(name: string, value: unknown, least: number, most: number): number | undefined {
  if (value == null) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new ParameterError(name, `${name} must be a whole number from ${least} to ${most}`)
}

/** What an accessor is for. @throws InvalidMosaicError */
export function textOf(value: unknown, item: StacItem): string {
  if (typeof value === 'string') return value
  throw new InvalidMosaicError(`the accessor gives no text for the item ${String(item.id).slice(0, 80)}`)
}
