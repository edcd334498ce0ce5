import type { Raster } from '../raster/raster.ts'

/** One pixel selection at work: rasters of one grid are fed in mosaic order until it is full. */
export interface Selection {
  feed(raster: Raster): void
  /** No further raster can change the result. */
  readonly full: boolean
  /** undefined when nothing was fed. */
  result(): Raster | undefined
}
