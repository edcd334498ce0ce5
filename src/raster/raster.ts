import type { Affine } from '../grid/affine.ts'
import type { Crs } from '../grid/crs.ts'

/** Sample types that we read, by numpy's names. */
export const DATA_TYPES = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'] as const
export type DataType = (typeof DATA_TYPES)[number]

/** Row-major samples of one band, length width * height. */
export type Samples = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/**
 * `bands[i]` and `masks[i]` are row-major, length width*height. masks[i]: 255 valid, 0 nodata; masks may be one shared array.
 * Validity is per band and per pixel. Set once, when the window is warped: after that nobody compares a value with nodata.
 */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly dtype: DataType
  readonly bands: readonly Samples[]
  readonly masks: readonly Uint8Array[]
  /** Alpha samples of the file itself, if it has an alpha band: they are the picture's alpha channel. */
  readonly alpha?: Samples
  /** float64 samples that are numpy's 64-bit integers: array formats write them as such. Exact to 2^53. */
  readonly wholeNumbers?: 'int64' | 'uint64'
  /** Ranges of the values that the file itself states, if it does for all bands. */
  readonly ranges?: readonly (readonly [min: number, max: number])[]
  /** Colours of the file's indices, from 0: red, green, blue, alpha, 0..255 each; the values may be indices. */
  readonly palette?: readonly (readonly [red: number, green: number, blue: number, alpha: number])[]
  readonly transform: Affine
  readonly crs: Crs
}

const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

/** Smallest and greatest value of a type. For floats the greatest finite values. */
export const TYPE_RANGE: Readonly<Record<DataType, readonly [min: number, max: number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  uint32: [0, 4294967295],
  int32: [-2147483648, 2147483647],
  float32: [-3.4028234663852886e38, 3.4028234663852886e38],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
}

export function bytesPerSample(dtype: DataType): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT
}

export function isFloat(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'float64'
}

type FromBuffer = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Samples

/** New zeroed samples; `buffer` gives the memory instead (`length` samples from `byteOffset`). */
export function samplesOf(dtype: DataType, length: number, buffer?: ArrayBufferLike, byteOffset = 0): Samples {
  const Type = ARRAYS[dtype]
  return buffer ? new (Type as FromBuffer)(buffer, byteOffset, length) : new Type(length)
}

/** Whether samples are in the array of the type. */
export function isOf(samples: Samples, dtype: DataType): boolean {
  return samples instanceof ARRAYS[dtype]
}
