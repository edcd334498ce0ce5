import { type Affine, apply, fromBounds } from './affine.ts'
import type { BBox } from './bbox.ts'
import type { Crs } from './crs.ts'
import type { Size } from './level.ts'
import { transformer } from './transformer.ts'

/** A north-up grid of the target CRS. */
export interface Grid extends Size {
  readonly transform: Affine
}

/** Latitude where square Web Mercator ends; beyond it a geographic file is cut before its resolution is taken. */
const MERCATOR_LATITUDE = 85.06

/** Python's rounding: a half goes to the even neighbour. */
export function roundHalfEven(v: number): number {
  const r = Math.round(v)
  return Math.abs(v % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r
}

/** Square pixel size of a file in the target CRS: diagonal over diagonal, in units of `to`. */
export function nativeResolution(file: Grid, from: Crs, to: Crs): number {
  const t = transformer(from, to)
  const [x0, y0] = t.forward(...apply(file.transform, 0, 0))
  const [x1, y1] = t.forward(...apply(file.transform, file.width, file.height))
  return Math.hypot(x1 - x0, y1 - y0) / Math.hypot(file.width, file.height)
}

/** The part of a geographic file that has a place in Web Mercator; any other file as it is. */
export function withoutPoles(file: Grid, from: Crs, to: Crs): Grid {
  const t = file.transform
  const top = t[5]
  const bottom = t[5] + file.height * t[4]
  if (from.epsg !== 4326 || to.epsg !== 3857 || (bottom >= -MERCATOR_LATITUDE && top <= MERCATOR_LATITUDE)) return file
  const north = Math.min(top, MERCATOR_LATITUDE)
  const south = Math.max(bottom, -MERCATOR_LATITUDE)
  const right = t[2] + file.width * t[0]
  const height = roundHalfEven((north - south) / Math.abs(t[4]))
  const width = roundHalfEven((right - t[2]) / t[0])
  return { width, height, transform: fromBounds(t[2], south, right, north, width, height) }
}

/** The grid that a file is warped to for a picture of `output` pixels over `bbox`: the file's own resolution, or the picture's where that is finer. */
export function warpedGrid(file: Grid, from: Crs, to: Crs, bbox: BBox, output: Size): Grid {
  const [minX, minY, maxX, maxY] = bbox
  const resolution = nativeResolution(withoutPoles(file, from, to), from, to)
  // A resolution that cannot be known (a corner without a place) leaves the picture's.
  const xres = Math.min(Number.isFinite(resolution) ? resolution : Infinity, (maxX - minX) / output.width)
  const yres = Math.min(Number.isFinite(resolution) ? resolution : Infinity, (maxY - minY) / output.height)
  const width = Math.max(1, roundHalfEven((maxX - minX) / xres))
  const height = Math.max(1, roundHalfEven((maxY - minY) / yres))
  return { width, height, transform: fromBounds(minX, minY, maxX, maxY, width, height) }
}
