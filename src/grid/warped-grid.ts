import { type Affine, fromBounds } from './affine.ts'
import type { BBox } from './bbox.ts'
import type { Crs } from './crs.ts'
import type { Size } from './level.ts'
import { roundHalfEven } from './round-half-even.ts'
import { suggestedGrid } from './suggested-grid.ts'

export { roundHalfEven } from './round-half-even.ts'

/** A north-up grid of the target CRS. */
export interface Grid extends Size {
  readonly transform: Affine
}

/** Pixel size of a file in the target CRS, in units of `to`. Infinite where it cannot be known: then anything is finer. */
export function nativeResolution(file: Grid, from: Crs, to: Crs): { readonly x: number; readonly y: number } {
  const t = suggestedGrid(file, from, to)?.transform
  return t ? { x: Math.abs(t[0]), y: Math.abs(t[4]) } : { x: Infinity, y: Infinity }
}

/** The grid that a file is warped to for a picture of `output` pixels over `bbox`: the file's own resolution, or the picture's where that is finer. */
export function warpedGrid(file: Grid, from: Crs, to: Crs, bbox: BBox, output: Size): Grid {
  const [minX, minY, maxX, maxY] = bbox
  const resolution = nativeResolution(file, from, to)
  const width = pixels(maxX - minX, Math.min(resolution.x, (maxX - minX) / output.width))
  const height = pixels(maxY - minY, Math.min(resolution.y, (maxY - minY) / output.height))
  return { width, height, transform: fromBounds(minX, minY, maxX, maxY, width, height) }
}

/** Whole pixels of a size along a length, at least one. */
export function pixels(length: number, size: number): number {
  return Math.max(1, roundHalfEven(length / size))
}
