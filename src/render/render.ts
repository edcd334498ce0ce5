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
  const planes = alpha ? [...bands, alpha] : bands
  if (!wide && planes.every((plane) => plane instanceof Uint8Array)) interleaveBytes(data as Uint8Array, planes)
  else planes.forEach((plane, channel) => interleave(data, plane, channel, channels))
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
  if (samples instanceof Uint8Array) return areBytes(samples, value)
  for (let i = 0; i < samples.length; i++) if (samples[i] !== value) return false
  return true
}

function interleave(data: Uint8Array | Uint16Array, band: Samples, channel: number, channels: number): void {
  for (let i = 0, o = channel; i < band.length; i++, o += channels) data[o] = band[i]
}

/** Four at a time: what this looks at is mostly opaque to the end. */
function areBytes(bytes: Uint8Array, value: number): boolean {
  const wide = bytes.byteOffset % 4 === 0 ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : undefined
  const four = (value * 0x01010101) >>> 0
  if (wide) for (let i = 0; i < wide.length; i++) if (wide[i] !== four) return false
  for (let i = wide ? wide.length * 4 : 0; i < bytes.length; i++) if (bytes[i] !== value) return false
  return true
}

/** All channels of a pixel at once: one way through the picture instead of one a channel. */
function interleaveBytes(data: Uint8Array, planes: readonly Uint8Array[]): void {
  const [first, second, third, fourth] = planes
  if (planes.length === 1) data.set(first)
  else if (planes.length === 2) {
    for (let i = 0, o = 0; i < first.length; i++, o += 2) {
      data[o] = first[i]
      data[o + 1] = second[i]
    }
  } else if (planes.length === 3) {
    for (let i = 0, o = 0; i < first.length; i++, o += 3) {
      data[o] = first[i]
      data[o + 1] = second[i]
      data[o + 2] = third[i]
    }
  } else {
    for (let i = 0, o = 0; i < first.length; i++, o += 4) {
      data[o] = first[i]
      data[o + 1] = second[i]
      data[o + 2] = third[i]
      data[o + 3] = fourth[i]
    }
  }
}
