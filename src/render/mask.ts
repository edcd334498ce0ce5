import type { Raster, Samples } from '../raster/raster.ts'

/** The picture's mask: 255 where ANY band is valid. May be one of the raster's own arrays. */
export function pictureMask(raster: Raster): Uint8Array {
  const distinct = [...new Set(raster.masks)]
  const [first] = distinct
  if (distinct.length === 1) return first
  const full = distinct.find((mask) => !mask.includes(0))
  if (full) return full
  const mask = first.slice()
  for (const other of distinct.slice(1)) {
    for (let i = 0; i < mask.length; i++) if (other[i] !== 0) mask[i] = 255
  }
  return mask
}

/** The picture's alpha channel: the file's own alpha samples if it has some, else the mask. In the raster's type only for the former. */
export function pictureAlpha(raster: Raster): Samples {
  return raster.alpha ?? pictureMask(raster)
}

/** Whether a pixel of the picture is wholly transparent: what decides between PNG and JPEG where no format was asked for. */
export function isMasked(raster: Raster): boolean {
  return pictureAlpha(raster).includes(0)
}
