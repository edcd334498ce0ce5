import { samplesOf } from '../raster/raster.ts'
import { checkAlike, type RasterShape, shapeOf } from './alike.ts'
import type { Selection } from './selection.ts'

/** Counts below this fit a byte, as in rio-tiler; it then goes on with int64, which no file format of ours holds. */
const BYTE_COUNTS = 256

/** How many rasters are valid in band 1: one band, nothing masked; uint8 for up to 255 rasters, else uint32. */
export function createCount(): Selection {
  let first: RasterShape | undefined
  let fed = 0
  let counts = new Uint32Array(0)
  return {
    feed(raster) {
      if (first) checkAlike(first, raster)
      else counts = new Uint32Array(raster.width * raster.height)
      first ??= shapeOf(raster)
      fed++
      const mask = raster.masks[0]
      for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) counts[i]++
    },
    holds: 'nothing',
    mayFill: false,
    full: false,
    result() {
      if (!first) return undefined
      const dtype = fed < BYTE_COUNTS ? 'uint8' : 'uint32'
      const band = samplesOf(dtype, counts.length)
      band.set(counts)
      return { ...first.grid, dtype, bands: [band], masks: [new Uint8Array(counts.length).fill(255)] }
    },
  }
}
