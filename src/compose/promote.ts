import { bytesPerSample, isFloat, samplesOf, type DataType, type Raster, type Samples } from '../raster/raster.ts'
import { opaqueAlpha } from './alpha.ts'

/** Smallest type that holds the values of both, as numpy's `result_type`; float64 where numpy says int64. */
export function promote(a: DataType, b: DataType): DataType {
  if (a === b) return a
  if (isFloat(a) || isFloat(b)) {
    const wide =
      a === 'float64' || b === 'float64' || (!isFloat(a) && bytesPerSample(a) > 2) || (!isFloat(b) && bytesPerSample(b) > 2)
    return wide ? 'float64' : 'float32'
  }
  const [small, large] = bytesPerSample(a) <= bytesPerSample(b) ? [a, b] : [b, a]
  if (isSigned(small) === isSigned(large)) return large
  if (isSigned(large) && bytesPerSample(large) > bytesPerSample(small)) return large
  // An unsigned type beside a signed one of its size or less needs the next signed size.
  const unsigned = isSigned(small) ? large : small
  return unsigned === 'uint8' ? 'int16' : unsigned === 'uint16' ? 'int32' : 'float64'
}

/** The same raster with samples of another type; alpha is scaled so that opaque stays opaque. */
export function castRaster(raster: Raster, dtype: DataType): Raster {
  if (raster.dtype === dtype) return raster
  const factor = opaqueAlpha(dtype) / opaqueAlpha(raster.dtype)
  return {
    ...raster,
    dtype,
    bands: raster.bands.map((band) => cast(band, dtype, 1)),
    alpha: raster.alpha && cast(raster.alpha, dtype, factor),
  }
}

function isSigned(dtype: DataType): boolean {
  return dtype.startsWith('int')
}

function cast(from: Samples, dtype: DataType, factor: number): Samples {
  const to = samplesOf(dtype, from.length)
  for (let i = 0; i < from.length; i++) to[i] = from[i] * factor
  return to
}
