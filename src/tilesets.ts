import { encoders } from './encode/registry.ts'
import type { BBox } from './grid/bbox.ts'
import { type Crs, WGS84 } from './grid/crs.ts'
import { crsUri } from './grid/crs-uri.ts'
import { geographicCrs } from './grid/geographic-crs.ts'
import { tileMatrixLimits } from './grid/tile-limits.ts'
import { TILE_MATRIX_SETS, tileMatrixSet, type TileMatrixSet } from './grid/tms.ts'
import { transformBounds } from './grid/transformer.ts'
import type { TileSource, Zooms } from './tile-source.ts'

/** What every map client shows. */
const ITEM_FORMATS = ['png', 'jpeg', 'webp'] as const

interface Link {
  readonly href: string
  readonly rel: string
  readonly type?: string
  readonly title: string
  readonly templated?: boolean
}

/** Addresses that the links are made of. */
export interface TilesetLinks {
  /** Of the server: `https://host/prefix`. */
  readonly root: string
  /** Of the routes: `https://host/prefix/mosaic`. */
  readonly base: string
  /** The request's own query, `?` included; empty: none. */
  readonly query: string
  /** With the standard's `item` links; else those of titiler alone, whose clients may count on them. */
  readonly items?: boolean
}

/** OGC API Tiles, list of tilesets: one for every tile matrix set. The bounding box is in `crs`. OGC 20-057, 8.2 */
export function tilesetList(source: TileSource, links: TilesetLinks, crs: Crs = WGS84) {
  const boundingBox = boxOf(source.bounds, crs)
  const tilesets = TILE_MATRIX_SETS.map((id) => {
    const tms = tileMatrixSet(id)
    return { ...head(tms), boundingBox, links: [self(tms, links), tile(tms, links), scheme(tms, links)] }
  })
  return { tilesets }
}

/** OGC API Tiles, one tileset: links, and the tiles of each level that there are. OGC 20-057, 8.3 */
export function tileset(source: TileSource, tms: TileMatrixSet, links: TilesetLinks, wanted: Partial<Zooms>) {
  const { minzoom, maxzoom } = { ...pick(source.zooms(tms)), ...pick(wanted) }
  const viewer = {
    href: `${links.base}/${tms.id}/map.html${links.query}`,
    rel: 'data',
    type: 'text/html',
    title: `Map viewer for '${tms.id}' tileMatrixSet`,
  }
  return {
    ...head(tms),
    boundingBox: boxOf(source.bounds, geographicCrs(tms.crs)),
    links: [
      self(tms, links),
      { ...tile(tms, links), templated: true },
      ...(links.items ? items(tms, links) : []),
      scheme(tms, links),
      viewer,
    ],
    tileMatrixSetLimits: tileMatrixLimits(tms, source.bounds, minzoom, maxzoom),
  }
}

function pick({ minzoom, maxzoom }: Partial<Zooms>): Zooms {
  // Members that are not given do not stand in the way of those that are.
  return { ...(minzoom != null && { minzoom }), ...(maxzoom != null && { maxzoom }) } as Zooms
}

function head({ id, definition }: TileMatrixSet) {
  return {
    title: `tileset tiled using ${id} TileMatrixSet`,
    dataType: 'map' as const,
    crs: definition.crs,
    accessConstraints: 'unclassified' as const,
  }
}

function boxOf(bounds: BBox, crs: Crs) {
  const [minX, minY, maxX, maxY] = transformBounds(WGS84, crs, bounds)
  return { lowerLeft: [minX, minY], upperRight: [maxX, maxY], crs: crsUri(crs) }
}

function self({ id }: TileMatrixSet, { base, query }: TilesetLinks): Link {
  const title = `Tileset tiled using ${id} TileMatrixSet`
  return { href: `${base}/tiles/${id}${query}`, rel: 'self', type: 'application/json', title }
}

function tile({ id }: TileMatrixSet, { base, query }: TilesetLinks): Link {
  return { href: `${base}/tiles/${id}/{z}/{x}/{y}${query}`, rel: 'tile', title: 'Templated link for retrieving Raster tiles' }
}

/** The tiles by the standard's relation and variables, one link a format: what its clients look for beside titiler's own link. 8.3, table 7 */
function items({ id }: TileMatrixSet, { base, query }: TilesetLinks): Link[] {
  return ITEM_FORMATS.map((extension) => {
    const { mediaType } = encoders[extension]
    const href = `${base}/tiles/${id}/{tileMatrix}/{tileCol}/{tileRow}.${extension}${query}`
    return { href, rel: 'item', type: mediaType, title: `Tiles as ${mediaType}`, templated: true }
  })
}

function scheme({ id }: TileMatrixSet, { root }: TilesetLinks): Link {
  return {
    href: `${root}/tileMatrixSets/${id}`,
    rel: 'http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme',
    type: 'application/json',
    title: `Definition of '${id}' tileMatrixSet`,
  }
}
