import type { Samples } from '../../raster/raster.ts'
import type { WideInteger } from '../sample-type.ts'

/** What a float64 holds besides, 2^53: beyond it every number is even, and so on. */
const EXACT = 2n ** 53n

/**
 * Turns bands whose memory holds 64-bit integers into numbers, in place.
 * @throws Error where a float64 cannot hold one exactly
 */
export function wideToNumbers(bands: readonly Samples[], wide: WideInteger): void {
  const View = wide === 'int64' ? BigInt64Array : BigUint64Array
  for (const band of bands) {
    const stored = new View(band.buffer as ArrayBuffer, band.byteOffset, band.length)
    for (let i = 0; i < band.length; i++) {
      const value = stored[i]
      const number = Number(value)
      if ((value > EXACT || value < -EXACT) && BigInt(number) !== value) {
        throw new Error(`${wide} sample ${value} is beyond what a float64 holds`)
      }
      band[i] = number
    }
  }
}
