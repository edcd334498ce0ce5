import { isFloat, type Samples } from '../raster/raster.ts'
import { BLOCK } from './overview-grid.ts'
import { emptyBlock, type SampleFormat, type SamplesBlock } from './samples-block.ts'

const HALF = BLOCK / 2

/** How a pixel comes of the four under it: their mean; or, where samples are names and no quantities, the first valid one. */
export type Reduction = 'average' | 'nearest'

/**
 * The block above four (upper left, upper right, lower left, lower right; undefined: nothing valid). A pixel is valid if one of the four
 * under it is, and is made of the valid ones; whole numbers are rounded half up.
 */
export function halve(
  children: readonly (SamplesBlock | undefined)[],
  format: SampleFormat,
  reduction: Reduction = 'average',
): SamplesBlock {
  const block = emptyBlock(format)
  const whole = !isFloat(format.dtype)
  for (const [quadrant, child] of children.entries()) {
    if (!child) continue
    const at = (quadrant >> 1) * HALF * BLOCK + (quadrant & 1) * HALF
    halveMask(child.mask, block.mask, at)
    for (const [index, band] of child.bands.entries()) {
      if (reduction === 'nearest') firstValid(band, child.mask, block.bands[index], at)
      else average(band, child.mask, block.bands[index], at, whole)
    }
  }
  return block
}

function halveMask(from: Uint8Array, to: Uint8Array, at: number): void {
  for (let row = 0; row < HALF; row++) {
    let i = row * 2 * BLOCK
    let o = at + row * BLOCK
    for (let col = 0; col < HALF; col++, i += 2, o++) to[o] = from[i] | from[i + 1] | from[i + BLOCK] | from[i + BLOCK + 1]
  }
}

function average(from: Samples, mask: Uint8Array, to: Samples, at: number, whole: boolean): void {
  for (let row = 0; row < HALF; row++) {
    let i = row * 2 * BLOCK
    let o = at + row * BLOCK
    for (let col = 0; col < HALF; col++, i += 2, o++) {
      let sum = 0
      let count = 0
      if (mask[i] !== 0) {
        sum += from[i]
        count++
      }
      if (mask[i + 1] !== 0) {
        sum += from[i + 1]
        count++
      }
      if (mask[i + BLOCK] !== 0) {
        sum += from[i + BLOCK]
        count++
      }
      if (mask[i + BLOCK + 1] !== 0) {
        sum += from[i + BLOCK + 1]
        count++
      }
      // What lies under the mask goes on with it: nodata stays the value that it was.
      if (count === 0) to[o] = from[i]
      else to[o] = whole ? Math.floor(sum / count + 0.5) : sum / count
    }
  }
}

function firstValid(from: Samples, mask: Uint8Array, to: Samples, at: number): void {
  for (let row = 0; row < HALF; row++) {
    let i = row * 2 * BLOCK
    let o = at + row * BLOCK
    for (let col = 0; col < HALF; col++, i += 2, o++) {
      const first = mask[i] ? i : mask[i + 1] ? i + 1 : mask[i + BLOCK] ? i + BLOCK : mask[i + BLOCK + 1] ? i + BLOCK + 1 : i
      to[o] = from[first]
    }
  }
}
