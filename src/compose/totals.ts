import type { Raster, Samples } from '../raster/raster.ts'
import { checkAlike, isShared, type RasterShape, shapeOf } from './alike.ts'

/** Running totals of one band. `counts` may be shared by bands whose masks are one. */
export interface BandTotals {
  readonly counts: Uint32Array
  readonly values: Float32Array | Float64Array
}

/** Adds one raster's valid samples to a band's totals. `counts` holds the number of values before it. */
export type AddBand = (totals: BandTotals, band: Samples, mask: Uint8Array, bandIndex: number) => void

/** What mean and stdev share: totals a band, fed raster by raster, so that one raster at a time is in memory. */
export interface Totals {
  feed(raster: Raster): void
  /** Of the first raster: its grid and type are the result's. */
  readonly first: RasterShape | undefined
  readonly bands: readonly BandTotals[]
  /** 255 where a value took part; one array where the counts are one. */
  masks(): Uint8Array[]
}

/** Kept in float64; with `as-numpy`, totals of float32 data are kept in float32, as numpy's sums are. */
export function createTotals(add: AddBand, precision: 'float64' | 'as-numpy'): Totals {
  let first: RasterShape | undefined
  let bands: BandTotals[] = []
  return {
    feed(raster) {
      if (first) checkAlike(first, raster)
      else bands = begin(raster, precision === 'as-numpy' && raster.dtype === 'float32')
      first ??= shapeOf(raster)
      if (!isShared(raster.masks)) bands = ownCounts(bands)
      const counted = new Set<Uint32Array>()
      bands.forEach((totals, index) => add(totals, raster.bands[index], raster.masks[index], index))
      bands.forEach(({ counts }, index) => {
        if (counted.has(counts)) return
        counted.add(counts)
        const mask = raster.masks[index]
        for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) counts[i]++
      })
    },
    get first() {
      return first
    },
    get bands() {
      return bands
    },
    masks() {
      const made = new Map<Uint32Array, Uint8Array>()
      return bands.map(({ counts }) => {
        const mask = made.get(counts) ?? Uint8Array.from(counts, (n) => (n > 0 ? 255 : 0))
        made.set(counts, mask)
        return mask
      })
    },
  }
}

function begin({ bands, width, height }: Raster, single: boolean): BandTotals[] {
  const counts = new Uint32Array(width * height)
  const Sums = single ? Float32Array : Float64Array
  return bands.map(() => ({ counts, values: new Sums(width * height) }))
}

function ownCounts(bands: readonly BandTotals[]): BandTotals[] {
  const seen = new Set<Uint32Array>()
  return bands.map(({ counts, values }) => {
    const own = seen.has(counts) ? counts.slice() : counts
    seen.add(counts)
    return { counts: own, values }
  })
}
