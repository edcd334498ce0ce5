import { samplesOf, type Samples } from '../raster/raster.ts'
import type { Selection } from './selection.ts'
import { type BandTotals, createTotals } from './totals.ts'

/**
 * Standard deviation of the valid values, over the population, in float64; 0 where nothing is valid.
 * By Welford's running mean and sum of squares, so that no raster is kept and no digits cancel.
 */
export function createStdev(): Selection {
  const squares: Float64Array[] = []
  const totals = createTotals((band, values, mask, index) => {
    squares[index] ??= new Float64Array(values.length)
    add(band, squares[index], values, mask)
  }, 'float64')
  return {
    feed: (raster) => totals.feed(raster),
    holds: 'nothing',
    mayFill: false,
    full: false,
    result() {
      const { first } = totals
      if (!first) return undefined
      const bands = totals.bands.map(({ counts }, index) => {
        const deviation = samplesOf('float64', counts.length)
        for (let i = 0; i < counts.length; i++) if (counts[i] > 0) deviation[i] = Math.sqrt(squares[index][i] / counts[i])
        return deviation
      })
      return { ...first.grid, dtype: 'float64', bands, masks: totals.masks() }
    },
  }
}

/** `values` of the totals are the running means. */
function add({ counts, values: means }: BandTotals, squares: Float64Array, band: Samples, mask: Uint8Array): void {
  for (let i = 0; i < band.length; i++) {
    if (mask[i] === 0) continue
    const off = band[i] - means[i]
    means[i] += off / (counts[i] + 1)
    squares[i] += off * (band[i] - means[i])
  }
}
