import type { DataType, Samples } from '../raster.ts'

/** A window of source samples as the kernels see it. */
export interface KernelWindow {
  readonly width: number
  readonly height: number
  /** Sample (column, row) of a band is at `offset + row * stride + column`. */
  readonly offset: number
  readonly stride: number
  /** 1 valid, 0 not; stride = width; undefined: all valid. */
  readonly valid?: Uint8Array
  /** 0..1, stride = width; only where the file's alpha band is not opaque throughout. */
  readonly density?: Float32Array
  /** Target pixels a source pixel. */
  readonly scaleX: number
  readonly scaleY: number
}

/**
 * The type that area kernels read samples of a type as. V8 compiles a loop for four kinds of array at most; a fifth one makes it
 * three times as slow for all, for the life of the process. Every value keeps.
 */
export function areaType(dtype: DataType): DataType {
  if (dtype === 'int8' || dtype === 'int16') return 'float32'
  return dtype === 'int32' || dtype === 'uint32' ? 'float64' : dtype
}

/** Samples of a window, in all bands, up to which it is worth the memory to turn them into the widest type. */
const MOST_WIDE = 4 * 1024 * 1024

/**
 * The type that point kernels read a window of so many samples as. They look at every sample several times, so that turning it into a double
 * once pays: one kind of array, nothing to convert in the loop. Every value keeps.
 */
export function pointType(dtype: DataType, samples: number): DataType {
  return samples <= MOST_WIDE ? 'float64' : areaType(dtype)
}

/** Point kernels: one row of target pixels at a time; what does not depend on the band is worked out once. */
export interface RowKernel {
  /** `x`, `y`: places in window coordinates (pixel centres at .5). Clears `good` where too little weight takes part. */
  prepare(n: number, x: Float64Array, y: Float64Array, good: Uint8Array): void
  /** Values of one band for the row, where `good` is set. */
  apply(data: Samples, values: Float64Array, good: Uint8Array): void
  /** The same for three bands in one go, where a kernel has it: what it looks up for a pixel serves all. */
  applyThree?(bands: Three<Samples>, values: Three<Float64Array>): void
}

export type Three<T> = readonly [T, T, T]

/** Below it a weighted sum says nothing. */
export const MIN_BILINEAR_WEIGHT = 1e-5
export const MIN_WEIGHT = 1e-6
export const MIN_DENSITY = 1e-10
