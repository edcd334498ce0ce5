import type { Raster } from '../raster/raster.ts'

/** One pixel selection at work: rasters of one grid are fed in mosaic order until it is full. */
export interface Selection {
  feed(raster: Raster): void
  /**
   * Whether it looks at the arrays of any raster but the last one again: of the first one, or of all. What it does not hold may be freed;
   * the result may still be made of the arrays of one that was held.
   */
  readonly holds: 'nothing' | 'first' | 'all'
  /** It may be full before the last raster: what is read ahead may be read for nothing. */
  readonly mayFill: boolean
  /** No further raster can change the result. */
  readonly full: boolean
  /** undefined when nothing was fed. */
  result(): Raster | undefined
}
