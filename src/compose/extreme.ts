import type { Raster, Samples } from '../raster/raster.ts'
import { shapeOf, checkAlike } from './alike.ts'
import { castRaster, promote } from './promote.ts'
import type { Selection } from './selection.ts'

/** Which sample decides: each band its own, or the last band for all. */
export type Decider = 'each-band' | 'last-band'

/**
 * Keeps one raster and replaces its samples: `sign` 1 keeps the greatest values, -1 the least. A new sample comes in where it is valid
 * and better, and wherever the kept one is masked (valid or not). Never full: the next raster may be better still.
 */
export function createExtreme(sign: 1 | -1, decider: Decider): Selection {
  let kept: Raster | undefined
  let owned = false
  return {
    feed(raster) {
      if (!kept) {
        kept = raster
        return
      }
      checkAlike(shapeOf(kept), raster)
      const dtype = promote(kept.dtype, raster.dtype)
      const next = castRaster(raster, dtype)
      if (!owned || kept.dtype !== dtype) kept = copy(castRaster(kept, dtype))
      owned = true
      replace(kept, next, sign, decider)
    },
    get holds() {
      return owned ? 'nothing' : 'first'
    },
    mayFill: false,
    full: false,
    result() {
      return kept
    },
  }
}

/** Samples and masks of its own, one mask a band: after the first replacement they differ. */
function copy(raster: Raster): Raster {
  return {
    ...raster,
    bands: raster.bands.map((band) => band.slice()),
    masks: raster.masks.map((mask) => mask.slice()),
    alpha: undefined,
  }
}

function replace(kept: Raster, next: Raster, sign: 1 | -1, decider: Decider): void {
  const last = kept.bands.length - 1
  if (decider === 'each-band') {
    for (let band = 0; band <= last; band++)
      takeBetter(kept.bands[band], next.bands[band], kept.masks[band], next.masks[band], sign)
    return
  }
  // The deciding band changes with the others, so what it decides is taken down before.
  const places = better(kept.bands[last], next.bands[last], sign)
  for (let band = 0; band <= last; band++) take(kept.bands[band], next.bands[band], kept.masks[band], next.masks[band], places)
}

/** 1 where the new value is better: raw values, whatever the masks say. NaN is never better. */
function better(kept: Samples, next: Samples, sign: 1 | -1): Uint8Array {
  const places = new Uint8Array(kept.length)
  if (sign > 0) for (let i = 0; i < kept.length; i++) places[i] = next[i] > kept[i] ? 1 : 0
  else for (let i = 0; i < kept.length; i++) places[i] = next[i] < kept[i] ? 1 : 0
  return places
}

function take(kept: Samples, next: Samples, keptMask: Uint8Array, nextMask: Uint8Array, places: Uint8Array): void {
  for (let i = 0; i < kept.length; i++) {
    if (keptMask[i] === 0 || (places[i] !== 0 && nextMask[i] !== 0)) {
      kept[i] = next[i]
      keptMask[i] = nextMask[i]
    }
  }
}

/** {@link better} and {@link take} in one go, for the band that decides for itself. */
function takeBetter(kept: Samples, next: Samples, keptMask: Uint8Array, nextMask: Uint8Array, sign: 1 | -1): void {
  for (let i = 0; i < kept.length; i++) {
    const a = kept[i]
    const b = next[i]
    if (keptMask[i] === 0 || (nextMask[i] !== 0 && (sign > 0 ? b > a : b < a))) {
      kept[i] = b
      keptMask[i] = nextMask[i]
    }
  }
}
