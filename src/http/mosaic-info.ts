import type { BBox } from '../grid/bbox.ts'
import { type Crs, WGS84 } from '../grid/crs.ts'
import { tileMatrixSet } from '../grid/tms.ts'
import { transformBounds } from '../grid/transformer.ts'
import type { MosaicInfo } from '../mosaic/document.ts'

/** Geographic CRS under the projected ones of the tile matrix sets, by EPSG code; all others stand on WGS84. */
const GEOGRAPHIC: Readonly<Record<number, number>> = { 2193: 4167, 3035: 4258, 3978: 4269, 5482: 4764 }

/** titiler's info of a mosaic, and what it leaves out: center, description, attribution. */
export function mosaicInfo(info: MosaicInfo) {
  const tms = tileMatrixSet(info.tileMatrixSet)
  const crs = `http://www.opengis.net/def/crs/EPSG/0/${tms.crs.epsg ?? 4326}`
  return {
    bounds: info.bounds,
    center: info.center,
    // As titiler has it: the geographic CRS of the grid. The bounds are degrees on WGS84, by the specification.
    crs: `http://www.opengis.net/def/crs/EPSG/0/${GEOGRAPHIC[tms.crs.epsg ?? 0] ?? 4326}`,
    name: info.name ?? 'mosaic',
    description: info.description,
    attribution: info.attribution,
    quadkeys: [],
    tilematrixset: tms.id,
    mosaic_tilematrixset: `<TileMatrixSet title='${tms.definition.title ?? tms.id}' id='${tms.id}' crs='${crs}>`,
    mosaic_minzoom: info.minzoom,
    mosaic_maxzoom: info.maxzoom,
  }
}

/** The info as a GeoJSON feature; bbox and geometry in `crs`, the properties in degrees. */
export function mosaicFeature(info: MosaicInfo, crs: Crs) {
  const bbox = transformBounds(WGS84, crs, info.bounds)
  return { type: 'Feature' as const, bbox, geometry: rectangle(bbox), properties: mosaicInfo(info) }
}

function rectangle([minX, minY, maxX, maxY]: BBox) {
  const ring = [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ]
  return { type: 'Polygon' as const, coordinates: [ring] }
}
