import { ParameterError } from '../errors.ts'
import type { Raster, Samples } from '../raster/raster.ts'
import { opaqueAlpha } from '../compose/alpha.ts'
import { pictureAlpha, pictureMask } from './mask.ts'
import type { Picture } from './picture.ts'
import { stretchType, type ValueRange } from './rescale.ts'

export interface RenderRequest {
  /** Of the values that the format cannot hold, one for all bands or one a band; undefined: the type's range. */
  readonly ownRanges?: readonly ValueRange[]
  readonly returnMask: boolean
  /** What the format can hold: bits a sample, and an alpha channel or none. */
  readonly encoder: { readonly depths: readonly (8 | 16)[]; readonly alpha: boolean }
}

/**
 * Values to a picture. A pixel is opaque where ANY band is valid; alpha samples of the file are the alpha channel. A picture that is
 * opaque everywhere has no alpha channel. @throws {ParameterError} 400, neither 1 nor 3 bands
 */
export function render(raster: Raster, { ownRanges, returnMask, encoder }: RenderRequest): Picture {
  if (raster.bands.length !== 1 && raster.bands.length !== 3)
    throw new ParameterError(
      'bidx',
      `a picture has 1 or 3 bands, and these are ${raster.bands.length}: choose them with bidx`,
      400,
    )
  const samples = toDepth(raster, encoder.depths, ownRanges)
  const wide = samples.dtype === 'uint16'
  const alpha = returnMask && encoder.alpha ? alphaChannel(samples, wide) : undefined
  const { width, height, bands } = samples
  const channels = (bands.length + (alpha ? 1 : 0)) as Picture['channels']
  const data = wide ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels)
  bands.forEach((band, channel) => interleave(data, band, channel, channels))
  if (alpha) interleave(data, alpha, bands.length, channels)
  return { width, height, channels, data }
}

/** uint8, or uint16 where the format holds it. */
function toDepth(raster: Raster, depths: readonly (8 | 16)[], ranges: readonly ValueRange[] | undefined): Raster {
  if (raster.dtype === 'uint8' || (raster.dtype === 'uint16' && depths.includes(16))) return raster
  const alpha = raster.alpha
  return stretchType(raster, alpha ? visible(alpha) : pictureMask(raster), ranges)
}

function visible(alpha: Samples): Uint8Array {
  const mask = new Uint8Array(alpha.length)
  for (let i = 0; i < alpha.length; i++) if (alpha[i] > 0) mask[i] = 255
  return mask
}

/** undefined where every pixel is opaque. 0..255, or 0..65535 beside 16-bit samples. */
function alphaChannel(raster: Raster, wide: boolean): Samples | undefined {
  const alpha = pictureAlpha(raster)
  const opaque = raster.alpha ? opaqueAlpha(raster.dtype) : 255
  if (isConstant(alpha, opaque)) return undefined
  if (!wide || raster.alpha) return alpha
  const out = new Uint16Array(alpha.length)
  for (let i = 0; i < alpha.length; i++) out[i] = alpha[i] * 257
  return out
}

function isConstant(samples: Samples, value: number): boolean {
  for (let i = 0; i < samples.length; i++) if (samples[i] !== value) return false
  return true
}

function interleave(data: Uint8Array | Uint16Array, band: Samples, channel: number, channels: number): void {
  for (let i = 0, o = channel; i < band.length; i++, o += channels) data[o] = band[i]
}
