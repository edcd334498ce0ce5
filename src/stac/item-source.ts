import { boundsIn } from '../grid/geographic-box.ts'
import { zoomRange } from '../grid/zoom-range.ts'
import type { TileSource } from '../tile-source.ts'
import type { StacItem } from './item.ts'
import { projectionAround } from './projection.ts'

/** Bounds and zooms of an item, from what it says of its assets; without `proj:*` its bbox and all zooms, as by rio-tiler. */
export function itemSource({ id, bounds, assets }: StacItem): TileSource {
  const grid = projectionAround([...assets.values()].map((asset) => asset.projection))
  if (!grid) return { name: id, bounds, zooms: (tms) => tms }
  return { name: id, bounds: boundsIn(grid, grid.crs), zooms: (tms) => zoomRange(grid, grid.crs, tms) }
}
