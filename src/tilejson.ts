import type { BBox } from './grid/bbox.ts'
import type { TileMatrixSet } from './grid/tms.ts'
import type { MosaicInfo } from './mosaic/document.ts'

export interface TileJson {
  readonly tilejson: '3.0.0'
  readonly name: string
  readonly description?: string
  readonly version: string
  readonly attribution?: string
  readonly scheme: 'xyz'
  readonly tiles: readonly [string]
  readonly minzoom: number
  readonly maxzoom: number
  /** Degrees, WGS84. */
  readonly bounds: BBox
  readonly center: readonly [lon: number, lat: number, zoom: number]
}

export interface TileJsonRequest {
  /** Address of the mosaic routes: `https://host/prefix/mosaic`. */
  readonly base: string
  /** The request's own query, as it came. */
  readonly query: URLSearchParams
  readonly tms: TileMatrixSet
  /** Extension of the tiles; undefined: PNG or JPEG, by the mask. */
  readonly tileFormat?: string
  readonly tilesize: number
  readonly minzoom?: number
  readonly maxzoom?: number
}

/** Parameters of the TileJSON itself: all others belong to the tiles and are carried over. */
const OWN = new Set(['tile_format', 'tilesize', 'minzoom', 'maxzoom'])

/** What a TileJSON says of its source: a mosaic, or one COG. */
export type TileJsonSource = Pick<
  MosaicInfo,
  'name' | 'description' | 'attribution' | 'bounds' | 'minzoom' | 'maxzoom' | 'tileMatrixSet'
>

/** TileJSON 3.0.0. The source's zooms hold in its own tile matrix set only; another one's are all of its levels. */
export function tileJson(info: TileJsonSource, request: TileJsonRequest): TileJson {
  const { tms } = request
  const own = tms.id === info.tileMatrixSet
  const minzoom = request.minzoom ?? (own ? info.minzoom : tms.minzoom)
  const maxzoom = request.maxzoom ?? (own ? info.maxzoom : tms.maxzoom)
  const [west, south, east, north] = info.bounds
  return {
    tilejson: '3.0.0',
    name: info.name ?? 'mosaic',
    description: info.description,
    // The version of the tiles, not of the document: titiler's clients read it so.
    version: '1.0.0',
    attribution: info.attribution,
    scheme: 'xyz',
    tiles: [tileUrl(request)],
    minzoom,
    maxzoom,
    bounds: info.bounds,
    center: [middleLongitude(west, east), south + (north - south) / 2, minzoom],
  }
}

/** Bounds whose west is above their east cross the antimeridian. */
function middleLongitude(west: number, east: number): number {
  if (west <= east) return west + (east - west) / 2
  const middle = west + (east + 360 - west) / 2
  return middle > 180 ? middle - 360 : middle
}

function tileUrl({ base, query, tms, tileFormat, tilesize }: TileJsonRequest): string {
  const carried = new URLSearchParams([...query].filter(([name]) => !OWN.has(name)))
  carried.append('tilesize', String(tilesize))
  const extension = tileFormat == null ? '' : `.${tileFormat}`
  return `${base}/tiles/${tms.id}/{z}/{x}/{y}${extension}?${carried}`
}
