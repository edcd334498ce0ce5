import type { BBox } from '../grid/bbox.ts'
import type { Raster } from './raster.ts'

/** The box of a raster that is not rotated, in its CRS. */
export function rasterBounds({
  transform: [a, , c, , e, f],
  width,
  height,
}: Pick<Raster, 'transform' | 'width' | 'height'>): BBox {
  return [c, f + e * height, c + a * width, f]
}
