import { TooLargeError } from '../errors.ts'
import { bytesPerSample, samplesOf, type Raster, type Samples } from '../raster/raster.ts'
import { checkAlike, shapeOf } from './alike.ts'
import { isVectorType, vectorMedian } from './vector-median.ts'
import type { Selection } from './selection.ts'
import { sortPlanes } from './sort-planes.ts'

/** Samples and masks of all rasters of one picture. A stack of 256 tiles of 256 x 256 x 3 bytes takes 64 MiB. */
const MAX_STACK_BYTES = 512 * 2 ** 20

/**
 * Median of the valid values (of an even number the mean of the middle two), stored back into the first raster's type: integers
 * truncate; 0 where nothing is valid. Needs all rasters at once. @throws {TooLargeError} where they are more than 512 MiB
 */
export function createMedian(): Selection {
  const stack: Raster[] = []
  let bytes = 0
  return {
    feed(raster) {
      if (stack.length > 0) checkAlike(shapeOf(stack[0]), raster)
      bytes += bytesOf(raster)
      if (bytes > MAX_STACK_BYTES)
        throw new TooLargeError(
          `the median of so many assets needs more than ${MAX_STACK_BYTES / 2 ** 20} MiB at this size: ask for a smaller picture, fewer bands or another pixel_selection`,
        )
      stack.push(raster)
    },
    holds: 'all',
    mayFill: false,
    full: false,
    result() {
      const [first] = stack
      if (!first || stack.length === 1) return first
      const masks = first.masks.map(() => new Uint8Array(first.width * first.height))
      const bands = first.bands.map((_, index) => medianBand(stack, index, masks[index]))
      return { ...first, bands, masks, alpha: undefined }
    },
  }
}

function bytesOf({ width, height, dtype, bands, masks }: Raster): number {
  return width * height * (bands.length * bytesPerSample(dtype) + new Set(masks).size)
}

/** Pixels sorted at a time: the planes of some dozens of rasters stay in the processor's cache. */
const CHUNK = 1024

function medianBand(stack: readonly Raster[], index: number, valid: Uint8Array): Samples {
  const { dtype } = stack[0]
  if (isVectorType(dtype) && stack.every((raster) => raster.dtype === dtype)) {
    const layers = stack.map(({ bands, masks }) => ({ samples: bands[index], mask: masks[index] }))
    return vectorMedian(layers, dtype, valid)
  }
  const median = samplesOf(dtype, valid.length)
  const planes = stack.map(() => new Float64Array(CHUNK))
  const counts = new Uint32Array(CHUNK)
  for (let start = 0; start < valid.length; start += CHUNK) {
    const length = Math.min(CHUNK, valid.length - start)
    counts.fill(0)
    stack.forEach((raster, n) => load(planes[n], counts, raster.bands[index], raster.masks[index], start, length))
    sortPlanes(planes, length)
    for (let i = 0; i < length; i++) {
      const count = counts[i]
      if (count === 0) continue
      median[start + i] = (planes[(count - 1) >> 1][i] + planes[count >> 1][i]) / 2
      valid[start + i] = 255
    }
  }
  return median
}

/** Copies valid samples and counts them; invalid ones sort behind all others. */
function load(plane: Float64Array, counts: Uint32Array, band: Samples, mask: Uint8Array, start: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const ok = mask[start + i] !== 0
    plane[i] = ok ? band[start + i] : Infinity
    counts[i] += ok ? 1 : 0
  }
}
