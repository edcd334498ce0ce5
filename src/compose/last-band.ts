import { ParameterError } from '../errors.ts'
import { createExtreme } from './extreme.ts'
import type { Selection } from './selection.ts'

/** All bands of the raster whose last band is the greatest. The last band decides and is not in the result, as in rio-tiler. */
export function createLastBandHigh(): Selection {
  return withoutLastBand(createExtreme(1, 'last-band'))
}

/** All bands of the raster whose last band is the least; the last band is not in the result. */
export function createLastBandLow(): Selection {
  return withoutLastBand(createExtreme(-1, 'last-band'))
}

function withoutLastBand(selection: Selection): Selection {
  return {
    feed: (raster) => selection.feed(raster),
    get holds() {
      return selection.holds
    },
    mayFill: false,
    full: false,
    result() {
      const raster = selection.result()
      if (!raster) return undefined
      const count = raster.bands.length - 1
      if (count < 1)
        throw new ParameterError(
          'pixel_selection',
          'the last band decides and is dropped, so there must be two bands or more',
          400,
        )
      return { ...raster, bands: raster.bands.slice(0, count), masks: raster.masks.slice(0, count), alpha: undefined }
    },
  }
}
