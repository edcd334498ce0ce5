import { ParameterError } from '../errors.ts'
import { checkedSearch, isStac, parseStac, printStac, type StacSearch } from '../stores/stac-address.ts'
import type { StacItem } from '../stores/stac-item.ts'
import { openStac, stacKind } from '../stores/stac-store.ts'
import { BaseBackend } from './base-backend.ts'
import type { BackendOptions } from './options.ts'

export interface STACOptions extends BackendOptions {
  /** Body of the search: collections, datetime, bbox, query, filter … */
  readonly query?: Readonly<Record<string, unknown>>
  /** Also the zoom of the quadkeys. */
  readonly minzoom?: number
  readonly maxzoom?: number
  readonly stacApiOptions?: {
    /** Items that are wanted at most. */
    readonly maxItems?: number
    /** Items of one page; the query's own `limit` wins. */
    readonly limit?: number
  }
  readonly mosaicOptions?: {
    /** The asset of an item; default its self link. */
    readonly accessor?: (item: StacItem) => string
  }
}

/** The items of a STAC search: `https://host/search`, with or without `stac+` before it. It is only read. */
export class STACBackend extends BaseBackend {
  /** @throws NotWritableError for a `mosaicDef`; TypeError for an accessor that is no function; ParameterError */
  constructor(address: string, options: STACOptions = {}) {
    const place = isStac(address) ? address : `stac+${address}`
    if (!isStac(place)) throw new ParameterError('url', 'url: not the address of a STAC search')
    // What is only read says so before it says what else is wrong.
    const search = options.mosaicDef ? undefined : searchOf(place, options)
    const { href } = options.mosaicDef ? { href: '' } : parseStac(place)
    super(
      { ...stacKind, open: async (_, context, reading) => search && openStac(href, search, context, reading) },
      options.mosaicDef ? place : printStac({ href }),
      options,
    )
  }
}

function searchOf(
  address: string,
  { query, minzoom, maxzoom, stacApiOptions = {}, mosaicOptions = {} }: STACOptions,
): StacSearch {
  const { accessor } = mosaicOptions
  if (accessor != null && typeof accessor !== 'function') throw new TypeError('mosaicOptions.accessor must be a function')
  const written: Partial<StacSearch> = parseStac(address).search ?? {}
  const { maxItems = written.maxItems, limit = written.limit } = stacApiOptions
  return checkedSearch({
    query: query ?? written.query,
    minzoom: minzoom ?? written.minzoom,
    maxzoom: maxzoom ?? written.maxzoom,
    maxItems,
    limit,
    accessor: accessor ?? written.accessor,
  })
}
