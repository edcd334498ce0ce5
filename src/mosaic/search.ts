import { ParameterError } from '../errors.ts'
import type { BBox } from '../grid/bbox.ts'
import { quadkey } from '../grid/quadkey.ts'
import { checkTile, tileAt, tileAtXY, tileBounds, type TileMatrixSet, tileMatrixSet } from '../grid/tms.ts'
import type { MosaicStore, SearchOptions } from '../stores/store.ts'
import { geographicBounds } from './geographic-bounds.ts'
import type { TileBox } from './tile-box.ts'

/**
 * Assets that may touch a tile, in the order of the mosaic. In a grid that is not the mosaic's they are those of the tile's box in
 * degrees. @throws TooLargeError above maxAssets; OutsideTileMatrixError
 */
export async function assetsForTile(
  store: MosaicStore,
  tms: TileMatrixSet,
  z: number,
  x: number,
  y: number,
  options: SearchOptions,
): Promise<readonly string[]> {
  checkTile(tms, z, x, y)
  const { tileMatrixSet: grid, quadkeyZoom } = store.info
  if (tms.id === grid) return store.assetsFor([quadkey(x, y, z).slice(0, quadkeyZoom)], options)
  return assetsInDegrees(store, tms, tileBounds(tms, z, x, y), options)
}

/**
 * Assets that may touch a box around a tile (the tile and some pixels more, in the set's CRS): the tile's own as {@link assetsForTile}
 * has them, then those that only its neighbours have. @throws TooLargeError above maxAssets; OutsideTileMatrixError
 */
export async function assetsAroundTile(
  store: MosaicStore,
  tms: TileMatrixSet,
  { z, x, y, bbox }: { readonly z: number; readonly x: number; readonly y: number; readonly bbox: BBox },
  options: SearchOptions,
): Promise<readonly string[]> {
  const own = await assetsForTile(store, tms, z, x, y, options)
  const reached =
    tms.id === store.info.tileMatrixSet ? assetsInGrid(store, tms, bbox, options) : assetsInDegrees(store, tms, bbox, options)
  return [...new Set([...own, ...(await reached)])]
}

function assetsInGrid(store: MosaicStore, tms: TileMatrixSet, [minX, minY, maxX, maxY]: BBox, options: SearchOptions) {
  const first = tileAtXY(tms, minX, maxY, store.info.quadkeyZoom)
  const last = tileAtXY(tms, maxX, minY, store.info.quadkeyZoom)
  return store.assetsIn({ minCol: first.x, minRow: first.y, maxCol: last.x, maxRow: last.y }, options)
}

async function assetsInDegrees(store: MosaicStore, tms: TileMatrixSet, bbox: BBox, options: SearchOptions) {
  const box = geographicBounds(tms.crs, bbox)
  return box ? assetsForBbox(store, box, options) : []
}

/** Assets of the quadkey that holds a point. Degrees; a point beyond the grid goes to its nearest tile. @throws TooLargeError */
export async function assetsForPoint(
  store: MosaicStore,
  lon: number,
  lat: number,
  options: SearchOptions,
): Promise<readonly string[]> {
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) throw new ParameterError('lon', 'lon, lat must be finite numbers')
  const zoom = store.info.quadkeyZoom
  const { x, y } = tileAt(tileMatrixSet(store.info.tileMatrixSet), around(lon), lat, zoom)
  return store.assetsFor([quadkey(x, y, zoom)], options)
}

/**
 * Assets of the quadkeys that touch a box in degrees: by column, then row, as cogeo-mosaic lists them. A box with minX > maxX, or
 * that reaches beyond 180, crosses the antimeridian: its western part comes first. Latitudes are cut at the grid's edge.
 * @throws TooLargeError above maxAssets
 */
export async function assetsForBbox(store: MosaicStore, bbox: BBox, options: SearchOptions): Promise<readonly string[]> {
  if (!bbox.every((value) => Number.isFinite(value))) throw new ParameterError('bbox', 'bbox must be four finite numbers')
  if (bbox[1] > bbox[3])
    throw new ParameterError('bbox', `bbox: the south edge (${bbox[1]}) is above the north edge (${bbox[3]})`)
  const tms = tileMatrixSet(store.info.tileMatrixSet)
  const found = new Set<string>()
  for (const part of splitAtAntimeridian(bbox)) {
    const box = tileBox(tms, part, store.info.quadkeyZoom)
    for (const asset of await store.assetsIn(box, options)) found.add(asset)
  }
  return [...found]
}

/** Parts of a box within -180..180, from west to east. */
export function splitAtAntimeridian([minX, minY, maxX, maxY]: BBox): readonly BBox[] {
  if (maxX - minX >= 360) return [[-180, minY, 180, maxY]]
  const west = around(minX)
  // A box that ends on the border ends there, and does not begin again on the other side.
  const east = maxX === 180 ? 180 : around(maxX)
  if (west <= east) return [[west, minY, east, maxY]]
  return [
    [west, minY, 180, maxY],
    [-180, minY, east, maxY],
  ]
}

/** The same longitude within -180..180. */
function around(lon: number): number {
  return lon >= -180 && lon <= 180 ? lon : lon - 360 * Math.floor((lon + 180) / 360)
}

/** Tiles under a box in degrees: those of its corners and all between. */
function tileBox(tms: TileMatrixSet, [minX, minY, maxX, maxY]: BBox, zoom: number): TileBox {
  const first = tileAt(tms, minX, maxY, zoom)
  const last = tileAt(tms, maxX, minY, zoom)
  return { minCol: first.x, minRow: first.y, maxCol: last.x, maxRow: last.y }
}
