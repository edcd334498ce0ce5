import type { SourceInfo } from '../cog/cog.ts'
import { apply, invert } from '../grid/affine.ts'
import type { BBox } from '../grid/bbox.ts'
import { type Crs, sameCrs } from '../grid/crs.ts'
import type { Size } from '../grid/level.ts'
import { roundHalfEven } from '../grid/round-half-even.ts'
import { suggestedGrid } from '../grid/suggested-grid.ts'
import { nativeResolution, pixels } from '../grid/warped-grid.ts'
import { windowOf } from './plan-plain.ts'

/** How large a picture shall be. Both sides: just so; one: the other follows; `maxSize` bounds the longer one; nothing: the file's resolution. */
export interface WantedSize {
  readonly width?: number
  readonly height?: number
  /** Does not count beside width or height. */
  readonly maxSize?: number
}

export interface SizedBox extends Size {
  readonly bbox: BBox
}

/** rio-tiler's output_size: whole pixels, at least 1 x 1. `native` may have fractions. */
export function outputSize(native: Size, { width, height, maxSize }: WantedSize): Size {
  const ratio = native.height / native.width
  if (width && height) return { width, height }
  if (width) return { width, height: Math.max(1, Math.ceil(width * ratio)) }
  if (height) return { width: Math.max(1, Math.ceil(height / ratio)), height }
  const whole = { width: roundHalfEven(native.width), height: roundHalfEven(native.height) }
  const size = maxSize ? bounded(whole, maxSize) : whole
  return { width: Math.max(1, size.width), height: Math.max(1, size.height) }
}

function bounded(size: Size, maxSize: number): Size {
  if (Math.max(size.width, size.height) < maxSize) return size
  const ratio = size.height / size.width
  if (ratio > 1) return { width: Math.ceil(maxSize / ratio), height: maxSize }
  return { width: maxSize, height: Math.ceil(maxSize * ratio) }
}

/**
 * Size of the picture of a box of `crs` that is read from one file. `align` grows the box to whole pixels of the file, or of the grid
 * that GDAL suggests for it in `crs`.
 */
export function partSize(
  info: SourceInfo,
  { bbox, crs, align, ...wanted }: WantedSize & { readonly bbox: BBox; readonly crs: Crs; readonly align?: boolean },
): SizedBox {
  if (sameCrs(info.crs, crs)) {
    const box = align ? aligned(bbox, info.transform) : bbox
    return { bbox: box, ...outputSize(windowOf(info, box), wanted) }
  }
  const grid = align ? suggestedGrid(info, info.crs, crs) : undefined
  const box = grid ? aligned(bbox, grid.transform) : bbox
  return { bbox: box, ...outputSize(virtualSize(info, crs, box, wanted), wanted) }
}

/** Pixels of the virtual grid over a box: the file's resolution, or the picture's where that is finer. */
function virtualSize(info: SourceInfo, crs: Crs, [minX, minY, maxX, maxY]: BBox, { width, height }: WantedSize): Size {
  const resolution = nativeResolution(info, info.crs, crs)
  let xres = resolution.x
  let yres = resolution.y
  if (width || height) {
    const ratio = pixels(maxY - minY, resolution.y) / pixels(maxX - minX, resolution.x)
    const wide = width ?? Math.ceil((height ?? 1) / ratio)
    const high = height ?? Math.ceil((width ?? 1) * ratio)
    xres = Math.min(xres, (maxX - minX) / wide)
    yres = Math.min(yres, (maxY - minY) / high)
  }
  return { width: pixels(maxX - minX, xres), height: pixels(maxY - minY, yres) }
}

/** Pixels by which a place on a border may miss it. */
const NOISE = 1e-6

/** The box of whole pixels of a grid around a box. */
function aligned([minX, minY, maxX, maxY]: BBox, transform: SourceInfo['transform']): BBox {
  const pixel = invert(transform)
  const corners = [apply(pixel, minX, maxY), apply(pixel, maxX, minY)]
  const columns = corners.map((corner) => corner[0]).toSorted((a, b) => a - b)
  const rows = corners.map((corner) => corner[1]).toSorted((a, b) => a - b)
  const [left, top] = apply(transform, Math.floor(columns[0] + NOISE), Math.floor(rows[0] + NOISE))
  const [right, bottom] = apply(transform, Math.ceil(columns[1] - NOISE), Math.ceil(rows[1] - NOISE))
  return [Math.min(left, right), Math.min(top, bottom), Math.max(left, right), Math.max(top, bottom)]
}
