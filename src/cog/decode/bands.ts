import { bytesPerSample, samplesOf } from '../../raster/raster.ts'
import type { Samples } from '../../raster/raster.ts'
import { decodedBytes } from './layout.ts'
import type { BlockLayout } from './layout.ts'

/** The bands of a block, one after the other in `memory`, whose bytes stay what they are; without it in zeroed memory of their own. */
export function bandsOf(layout: BlockLayout, memory?: Uint8Array): Samples[] {
  const { dtype, samples, width, height } = layout
  const { buffer, byteOffset } = memory ?? new Uint8Array(decodedBytes(layout))
  const bytes = bytesPerSample(dtype) * width * height
  return Array.from({ length: samples }, (_, band) => samplesOf(dtype, width * height, buffer, byteOffset + band * bytes))
}
