import type { BBox } from '../grid/bbox.ts'
import { type Crs, sameCrs, WGS84 } from '../grid/crs.ts'
import { crsUri } from '../grid/crs-uri.ts'
import { geographicCrs } from '../grid/geographic-crs.ts'
import { tileMatrixSet } from '../grid/tms.ts'
import { transformBounds } from '../grid/transformer.ts'
import type { MosaicInfo } from './document.ts'

/** What `/info` says of a mosaic: titiler's members, and ours behind them. */
export interface MosaicInfoAnswer {
  readonly bounds: BBox
  /** URI of the CRS that the bounds are in. */
  readonly crs: string
  readonly name: string
  /** Always empty, as titiler's: they may be millions. */
  readonly quadkeys: readonly string[]
  /** Id of the grid that the quadkeys are of; titiler prints the whole object. */
  readonly tilematrixset: string
  readonly mosaic_tilematrixset: string
  readonly mosaic_minzoom: number
  readonly mosaic_maxzoom: number
  readonly center: readonly [lon: number, lat: number, zoom: number]
  readonly quadkey_zoom: number
  readonly mosaicjson: string
  readonly version: string
  readonly description?: string
  readonly attribution?: string
}

export function mosaicInfo(info: MosaicInfo): MosaicInfoAnswer {
  return {
    bounds: info.bounds,
    crs: geographicUri(info.tileMatrixSet) ?? 'http://www.opengis.net/def/crs/EPSG/0/4326',
    name: info.name ?? 'mosaic',
    quadkeys: [],
    tilematrixset: info.tileMatrixSet,
    mosaic_tilematrixset: printed(info.tileMatrixSet),
    mosaic_minzoom: info.minzoom,
    mosaic_maxzoom: info.maxzoom,
    center: info.center,
    quadkey_zoom: info.quadkeyZoom,
    mosaicjson: info.mosaicjson,
    version: info.version,
    description: info.description,
    attribution: info.attribution,
  }
}

/** GeoJSON of a mosaic's outline. Across the antimeridian it has two parts (RFC 7946, 3.1.9). */
export interface MosaicFeature {
  readonly type: 'Feature'
  readonly bbox: BBox
  readonly geometry:
    | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
    | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] }
  readonly properties: MosaicInfoAnswer
}
type Ring = readonly (readonly [x: number, y: number])[]

/** @param crs of the geometry and bbox; default WGS84 */
export function mosaicFeature(info: MosaicInfo, crs: Crs = WGS84): MosaicFeature {
  const [minX, minY, maxX, maxY] = info.bounds
  const parts: BBox[] =
    minX > maxX
      ? [
          [minX, minY, 180, maxY],
          [-180, minY, maxX, maxY],
        ]
      : [info.bounds]
  const boxes = sameCrs(crs, WGS84) ? parts : parts.map((part) => transformBounds(WGS84, crs, part))
  const rings = boxes.map(ring)
  return {
    type: 'Feature',
    bbox: boxes.length === 1 ? boxes[0] : [boxes[0][0], boxes[0][1], boxes[1][2], boxes[0][3]],
    geometry:
      rings.length === 1
        ? { type: 'Polygon', coordinates: rings }
        : { type: 'MultiPolygon', coordinates: rings.map((outer) => [outer]) },
    properties: mosaicInfo(info),
  }
}

function ring([minX, minY, maxX, maxY]: BBox): Ring {
  return [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ]
}

/** CRS in degrees of a tile matrix set, as a URI. */
function geographicUri(id: string): string | undefined {
  return crsUri(geographicCrs(tileMatrixSet(id).crs))
}

/** titiler prints the object; clients that look for the id find it in there. */
function printed(id: string): string {
  const { crs, definition } = tileMatrixSet(id)
  const uri = `http://www.opengis.net/def/crs/EPSG/0/${crs.epsg ?? 4326}`
  return `<TileMatrixSet title='${definition.title ?? id}' id='${id}' crs='${uri}>`
}
