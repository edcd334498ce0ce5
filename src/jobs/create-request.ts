import { ParameterError } from '../errors.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'
import { featuresOf } from '../writing/features-body.ts'

/** A search whose items become a mosaic. */
export interface SearchSource {
  /** `https://host/search`, with or without `stac+`. */
  readonly url: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly max_items?: number
  readonly page_limit?: number
}

/** Body of POST /mosaic/create, checked against its schema. One of `urls`, `features` and `search` says what it is made of. */
export interface CreateBody {
  /** Where it is written; without it the document is the answer. */
  readonly url?: string
  readonly urls?: readonly string[]
  readonly features?: unknown
  readonly search?: SearchSource
  readonly minzoom?: number
  readonly maxzoom?: number
  readonly quadkey_zoom?: number
  readonly tms?: string
  readonly max_threads?: number
  /** Of features the property that has the asset's address (path); of a search the path in an item (assets.B01.href). */
  readonly accessor?: string
  readonly asset_prefix?: string
  readonly minimum_tile_cover?: number
  readonly tile_cover_sort?: boolean
  readonly maximum_items_per_tile?: number
  readonly name?: string
  readonly description?: string
  readonly attribution?: string
  readonly version?: string
  readonly on_error?: 'fail' | 'skip'
  readonly overwrite?: boolean
}

/** What it is made of. */
export type CreateSource =
  | { readonly kind: 'urls'; readonly urls: readonly string[] }
  | { readonly kind: 'features'; readonly features: readonly MosaicFeature[]; readonly property: string }
  | { readonly kind: 'search'; readonly search: SearchSource }

/** @throws ParameterError */
export function sourceOf(body: CreateBody): CreateSource {
  const { urls, features, search, accessor } = body
  const given = Object.entries({ urls, features, search }).filter(([, value]) => value !== undefined)
  if (given.length !== 1) throw wrong('needs one of urls, features and search')
  if (urls) {
    if (accessor !== undefined) throw wrong('accessor: is of features and searches')
    return { kind: 'urls', urls }
  }
  if (search) {
    const { minzoom, maxzoom, quadkey_zoom } = body
    if (minzoom === undefined || maxzoom === undefined)
      throw wrong('minzoom, maxzoom: are needed: a search does not say at which zooms its items are seen')
    if (quadkey_zoom !== undefined && quadkey_zoom !== minzoom) throw wrong('quadkey_zoom: of a search it is the minzoom')
    return { kind: 'search', search }
  }
  const property = accessor?.replace(/^properties\./, '') ?? 'path'
  const found = featuresOf(features, property).features
  if (found.length === 0) throw wrong('features: there is none')
  if (body.minzoom === undefined || body.maxzoom === undefined)
    throw wrong('minzoom, maxzoom: are needed: features do not say at which zooms they are seen')
  return { kind: 'features', features: found, property }
}

function wrong(message: string): ParameterError {
  return new ParameterError('body', `body: ${message}`)
}
