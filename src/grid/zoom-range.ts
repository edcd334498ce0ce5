import type { Crs } from './crs.ts'
import { suggestedGrid } from './suggested-grid.ts'
import { tileMatrix, type TileMatrixSet } from './tms.ts'
import type { Grid } from './warped-grid.ts'

/** Resolutions are the same to this part. */
const SAME = 1e-8

/**
 * Zooms of a tile matrix set that fit a file, as rio-tiler's: the nearest to its own resolution, and the nearest to that of an overview
 * as small as a tile. All of the set where the file has no place in its CRS.
 */
export function zoomRange(file: Grid, crs: Crs, tms: TileMatrixSet): { readonly minzoom: number; readonly maxzoom: number } {
  const grid = crs.unknown === undefined ? suggestedGrid(file, crs, tms.crs) : undefined
  if (!grid) return { minzoom: tms.minzoom, maxzoom: tms.maxzoom }
  const resolution = Math.max(Math.abs(grid.transform[0]), Math.abs(grid.transform[4]))
  let factor = 1
  while (Math.min(Math.floor(grid.width / factor), Math.floor(grid.height / factor)) > tms.tileSize) factor *= 2
  return { minzoom: zoomOf(tms, resolution * factor), maxzoom: zoomOf(tms, resolution) }
}

/** The zoom whose pixels are nearest to a size, by ratio. CRS units. */
function zoomOf(tms: TileMatrixSet, resolution: number): number {
  const size = (zoom: number): number => tileMatrix(tms, zoom).cellSize
  const same = (zoom: number): boolean => Math.abs(resolution - size(zoom)) / size(zoom) <= SAME
  let zoom = tms.minzoom
  while (zoom < tms.maxzoom && resolution <= size(zoom) && !same(zoom)) zoom++
  if (zoom <= 0 || same(zoom)) return zoom
  const coarser = Math.max(zoom - 1, tms.minzoom)
  return size(coarser) / resolution < resolution / size(zoom) ? coarser : zoom
}
