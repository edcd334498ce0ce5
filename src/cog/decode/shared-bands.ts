import { bytesPerSample, samplesOf } from '../../raster/raster.ts'
import type { DataType, Samples } from '../../raster/raster.ts'

/** Zeroed bands in one SharedArrayBuffer: threads see them without a copy. Each has width * height samples. */
export function sharedBands(dtype: DataType, count: number, pixels: number): Samples[] {
  const bytes = bytesPerSample(dtype) * pixels
  const memory = new SharedArrayBuffer(bytes * count)
  return Array.from({ length: count }, (_, band) => samplesOf(dtype, pixels, memory, band * bytes))
}
