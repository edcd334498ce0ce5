import type { Raster, Samples } from '../raster/raster.ts'
import { shapeOf, checkAlike, isShared } from './alike.ts'
import { opaqueAlpha } from './alpha.ts'
import { castRaster, promote } from './promote.ts'
import type { Selection } from './selection.ts'

/**
 * First valid pixel, band by band: a value comes in where the kept one is masked and the new one is not. Full as soon as no band of
 * any pixel is masked. The first raster is not copied before a value comes in. Alpha samples come with the values: opaque where the
 * raster that fills has none. Types that differ are promoted as numpy does.
 */
export function createFirst(): Selection {
  let kept: Raster | undefined
  let owned = false
  let missing = 0
  return {
    feed(raster) {
      if (!kept) {
        kept = raster
        missing = countMissing(raster.masks)
        return
      }
      checkAlike(shapeOf(kept), raster)
      if (missing === 0) return
      const dtype = promote(kept.dtype, raster.dtype)
      kept = castRaster(kept, dtype)
      if (!anyFills(kept.masks, raster.masks)) return
      if (!owned) {
        kept = copy(kept)
        owned = true
      }
      if (isShared(kept.masks) && !isShared(raster.masks)) {
        kept = { ...kept, masks: kept.masks.map((mask) => mask.slice()) }
        missing *= kept.masks.length
      }
      missing -= fill(kept, castRaster(raster, dtype))
    },
    get holds() {
      return owned ? 'nothing' : 'first'
    },
    mayFill: true,
    get full() {
      return kept !== undefined && missing === 0
    },
    result() {
      return kept
    },
  }
}

/** Masked samples. A mask shared by all bands counts once. */
function countMissing(masks: readonly Uint8Array[]): number {
  let missing = 0
  for (const mask of isShared(masks) ? masks.slice(0, 1) : masks) {
    // Most are full, or so up to some place: the engine's own search is the fastest way there.
    const first = mask.indexOf(0)
    if (first >= 0) for (let i = first; i < mask.length; i++) missing += mask[i] === 0 ? 1 : 0
  }
  return missing
}

function anyFills(kept: readonly Uint8Array[], next: readonly Uint8Array[]): boolean {
  const bands = isShared(kept) && isShared(next) ? 1 : kept.length
  for (let band = 0; band < bands; band++) {
    const to = kept[band]
    const from = next[band]
    for (let i = 0; i < to.length; i++) if (to[i] === 0 && from[i] !== 0) return true
  }
  return false
}

/** One mask for all bands stays one; else each band gets its own. */
function copy(raster: Raster): Raster {
  const shared = isShared(raster.masks) ? raster.masks[0]?.slice() : undefined
  return {
    ...raster,
    bands: raster.bands.map((band) => band.slice()),
    masks: raster.masks.map((mask) => shared ?? mask.slice()),
    alpha: raster.alpha?.slice(),
  }
}

/** Fills what is masked, and returns how many samples of the kept masks (a shared one counts once) became valid. */
function fill(kept: Raster, next: Raster): number {
  const rounds = isShared(kept.masks) ? 1 : kept.masks.length
  let filled = 0
  for (let round = 0; round < rounds; round++) {
    const places = placesToFill(kept.masks[round], next.masks[round])
    filled += places.length
    if (rounds === 1) for (let band = 0; band < kept.bands.length; band++) take(kept.bands[band], next.bands[band], places)
    else take(kept.bands[round], next.bands[round], places)
    if (kept.alpha) takeAlpha(kept.alpha, opaqueAlpha(kept.dtype), next.alpha, places)
    mark(kept.masks[round], places)
  }
  return filled
}

function placesToFill(kept: Uint8Array, next: Uint8Array): Uint32Array {
  const places = new Uint32Array(kept.length)
  let count = 0
  for (let i = 0; i < kept.length; i++) if (kept[i] === 0 && next[i] !== 0) places[count++] = i
  return places.subarray(0, count)
}

function take(to: Samples, from: Samples, places: Uint32Array): void {
  for (let n = 0; n < places.length; n++) {
    const i = places[n]
    to[i] = from[i]
  }
}

function takeAlpha(to: Samples, opaque: number, from: Samples | undefined, places: Uint32Array): void {
  if (from) take(to, from, places)
  else for (let n = 0; n < places.length; n++) to[places[n]] = opaque
}

function mark(mask: Uint8Array, places: Uint32Array): void {
  for (let n = 0; n < places.length; n++) mask[places[n]] = 255
}
