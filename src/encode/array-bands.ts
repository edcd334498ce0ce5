import { samplesOf, TYPE_RANGE, type DataType, type Raster, type Samples } from '../raster/raster.ts'
import { pictureMask } from '../render/mask.ts'

/** Types of array files: ours, and numpy's 64-bit integers. */
export type ArrayType = DataType | 'int64' | 'uint64'

export interface ArrayBands {
  readonly type: ArrayType
  /** Row-major, length width * height. */
  readonly bands: readonly (Samples | BigInt64Array | BigUint64Array)[]
}

const WHOLE_RANGE = { int64: [-(2n ** 63n), 2n ** 63n - 1n], uint64: [0n, 2n ** 64n - 1n] } as const

/**
 * What an array file holds of a raster. With the mask as a last band: the type's greatest value where any band is valid, its least
 * elsewhere; alpha samples of the file instead, if it has some. As titiler.
 */
export function arrayBands(raster: Raster, withMask: boolean): ArrayBands {
  const { dtype, wholeNumbers } = raster
  if (wholeNumbers && dtype === 'float64') return wholeBands(raster, wholeNumbers, withMask)
  return { type: dtype, bands: withMask ? [...raster.bands, raster.alpha ?? maskBand(raster)] : raster.bands }
}

function maskBand(raster: Raster): Samples {
  const mask = pictureMask(raster)
  const [masked, valid] = TYPE_RANGE[raster.dtype]
  const band = samplesOf(raster.dtype, mask.length)
  for (let i = 0; i < mask.length; i++) band[i] = mask[i] === 0 ? masked : valid
  return band
}

function wholeBands(raster: Raster, type: 'int64' | 'uint64', withMask: boolean): ArrayBands {
  const bands = raster.bands.map((band) => wholeBand(type, band.length, (i) => wholeNumber(band[i])))
  if (!withMask) return { type, bands }
  const mask = pictureMask(raster)
  const [masked, valid] = WHOLE_RANGE[type]
  return { type, bands: [...bands, wholeBand(type, mask.length, (i) => (mask[i] === 0 ? masked : valid))] }
}

/** The nearest one: kernels give fractions. What is no number is 0. */
function wholeNumber(value: number): bigint {
  return Number.isFinite(value) ? BigInt(Math.round(value)) : 0n
}

function wholeBand(type: 'int64' | 'uint64', length: number, valueAt: (i: number) => bigint): BigInt64Array | BigUint64Array {
  const band = type === 'int64' ? new BigInt64Array(length) : new BigUint64Array(length)
  for (let i = 0; i < length; i++) band[i] = valueAt(i)
  return band
}
