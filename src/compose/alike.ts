import type { Raster } from '../raster/raster.ts'
import { SelectionMismatchError } from './mismatch.ts'

/** A raster without its samples: what a result needs of the first one. */
export interface RasterShape {
  readonly dtype: Raster['dtype']
  readonly bandCount: number
  readonly grid: Pick<Raster, 'width' | 'height' | 'transform' | 'crs'>
}

export function shapeOf({ dtype, bands, width, height, transform, crs }: Raster): RasterShape {
  return { dtype, bandCount: bands.length, grid: { width, height, transform, crs } }
}

/** @throws {SelectionMismatchError} another number of bands or another size than the rasters before it */
export function checkAlike({ bandCount, grid }: RasterShape, raster: Raster): void {
  if (raster.bands.length !== bandCount)
    throw new SelectionMismatchError(`has ${raster.bands.length} bands, those before it ${bandCount}`)
  if (raster.width !== grid.width || raster.height !== grid.height)
    throw new SelectionMismatchError(`${raster.width} x ${raster.height} pixels, those before it ${grid.width} x ${grid.height}`)
}

/** One mask serves all bands. */
export function isShared(masks: readonly Uint8Array[]): boolean {
  return masks.every((mask) => mask === masks[0])
}
