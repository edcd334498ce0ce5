import type { KernelWindow } from './kernels/kernel.ts'
import type { Reprojection, WarpChunk } from './part-plan.ts'
import type { PixelTransform } from './pixel-transform.ts'
import type { DataType, Samples } from './raster.ts'
import type { Rect } from './source-window.ts'
import type { Store } from './store.ts'

/** What a chunk is written to: pixels of the grid by output column and row. */
export interface WarpTarget {
  /** Grid column of each output column, grid row of each output row; both ascending. */
  readonly columns: Int32Array
  readonly rows: Int32Array
  /** By position in `bandIndices`; row-major, stride = columns.length. */
  readonly planes: readonly Samples[]
  readonly bandIndices: readonly number[]
  /** 255 where a value was written. */
  readonly written: Uint8Array
}

export interface WarpJob {
  readonly transform: PixelTransform
  /** Pixel of the source level -> target pixel. */
  readonly toTarget: PixelTransform
  readonly chunk: WarpChunk
  readonly window: KernelWindow
  /** Its place in the level. */
  readonly place: Rect
  /** By band of the file. */
  readonly bands: readonly (Samples | undefined)[]
  readonly kernel: Reprojection
  readonly dtype: DataType
  readonly store: Store
  readonly initial: number
}

/** Indices [first, end) of ascending `pixels` that lie in [start, start + length). */
export function within(pixels: Int32Array, start: number, length: number): [first: number, end: number] {
  let first = 0
  while (first < pixels.length && pixels[first] < start) first++
  let end = first
  while (end < pixels.length && pixels[end] < start + length) end++
  return [first, end]
}
