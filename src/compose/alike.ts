import type { Raster } from '../raster/raster.ts'
import { SelectionMismatchError } from './mismatch.ts'

/** @throws {SelectionMismatchError} another number of bands or another size than the rasters before it */
export function checkAlike(kept: Raster, raster: Raster): void {
  if (raster.bands.length !== kept.bands.length)
    throw new SelectionMismatchError(`has ${raster.bands.length} bands, those before it ${kept.bands.length}`)
  if (raster.width !== kept.width || raster.height !== kept.height)
    throw new SelectionMismatchError(`${raster.width} x ${raster.height} pixels, those before it ${kept.width} x ${kept.height}`)
}

/** One mask serves all bands. */
export function isShared(masks: readonly Uint8Array[]): boolean {
  return masks.every((mask) => mask === masks[0])
}
