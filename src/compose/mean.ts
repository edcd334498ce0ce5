import { samplesOf, type Samples } from '../raster/raster.ts'
import { type BandTotals, createTotals } from './totals.ts'
import type { Selection } from './selection.ts'

/** Mean of the valid values, stored back into the first raster's type: integers truncate; 0 where nothing is valid. */
export function createMean(): Selection {
  const totals = createTotals(add, 'as-numpy')
  return {
    feed: (raster) => totals.feed(raster),
    holds: 'nothing',
    mayFill: false,
    full: false,
    result() {
      const { first } = totals
      if (!first) return undefined
      const bands = totals.bands.map(({ counts, values }) => {
        const mean = samplesOf(first.dtype, counts.length)
        for (let i = 0; i < counts.length; i++) if (counts[i] > 0) mean[i] = values[i] / counts[i]
        return mean
      })
      return { ...first.grid, dtype: first.dtype, bands, masks: totals.masks() }
    },
  }
}

function add({ values }: BandTotals, band: Samples, mask: Uint8Array): void {
  for (let i = 0; i < band.length; i++) if (mask[i] !== 0) values[i] += band[i]
}
