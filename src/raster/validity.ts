import type { PartPlan } from './part-plan.ts'
import { type DataType, type Samples, TYPE_RANGE, isFloat } from './raster.ts'
import type { WindowSamples } from './window-samples.ts'

/** Which samples of a window take part. Stride = the window's width. Absent: all of them. */
export interface Validity {
  /** 1 valid, 0 not. */
  readonly valid?: Uint8Array
  /** 0..1, where the file's alpha band is not opaque throughout. */
  readonly density?: Float32Array
}

/** Below it a sample is transparent. */
export const TINY = Math.fround(1e-9)

/** What the warper divides alpha by: 255 for all types that are not named. */
export function alphaMax(dtype: DataType): number {
  return dtype === 'uint16' ? 65535 : dtype === 'int16' ? 32767 : 255
}

/** The rules of the warper: alpha, then nodata in ALL bands, then, if neither says anything here, the mask band. */
export function windowValidity(
  file: PartPlan['file'],
  nodata: number | undefined,
  samples: WindowSamples,
  mask: () => Uint8Array | undefined,
): Validity {
  const density = file.alphaBand === undefined ? undefined : alphaDensity(samples.bands[file.alphaBand], samples, file.dtype)
  const valid = nodata === undefined ? undefined : notNodata(file, nodata, samples)
  if (!density && !valid && file.alphaBand === undefined && file.hasMask) return { valid: ones(mask()) }
  if (!density) return { valid }
  const both = new Uint8Array(density.length)
  for (let i = 0; i < both.length; i++) both[i] = density[i] >= TINY && (!valid || valid[i] === 1) ? 1 : 0
  return { valid: both, density }
}

function ones(mask: Uint8Array | undefined): Uint8Array | undefined {
  if (!mask) return undefined
  for (let i = 0; i < mask.length; i++) mask[i] = mask[i] === 0 ? 0 : 1
  return mask
}

function alphaDensity(alpha: Samples | undefined, { width, height, offset, stride }: WindowSamples, dtype: DataType) {
  if (!alpha) return undefined
  const factor = Math.fround(1 / alphaMax(dtype))
  const out = new Float32Array(width * height)
  let opaque = true
  for (let y = 0, o = 0; y < height; y++) {
    const row = offset + y * stride
    for (let x = 0; x < width; x++, o++) {
      const d = Math.fround(Math.fround(alpha[row + x]) * factor)
      if (d < 1) opaque = false
      out[o] = d < 1 ? d : 1
    }
  }
  return opaque ? undefined : out
}

/** Whether a sample of the type can equal nodata at all, and the value to compare with. */
export function comparable(nodata: number, dtype: DataType): number | undefined {
  if (dtype === 'float32') return Math.fround(nodata)
  if (dtype === 'float64') return nodata
  const [min, max] = TYPE_RANGE[dtype]
  return nodata >= min && nodata <= max ? Math.floor(nodata + 1e-6) : undefined
}

/** undefined: every sample of the window is valid. */
function notNodata(file: PartPlan['file'], nodata: number, samples: WindowSamples): Uint8Array | undefined {
  const value = comparable(nodata, file.dtype)
  if (value === undefined) return undefined
  const { width, height } = samples
  const all = Array.from({ length: file.bandCount }, (_, i) => samples.bands[i]).filter((b) => b !== undefined)
  const valid = new Uint8Array(width * height)
  const mark = isFloat(file.dtype) ? (Number.isNaN(value) ? markNumbers : markFloats) : markIntegers
  let anyInvalid = false
  for (const band of all)
    anyInvalid = mark(band, samples, valid, value, file.dtype === 'float32' ? 2 ** -22 : 2 ** -51) || anyInvalid
  return anyInvalid ? valid : undefined
}

type Geometry = Pick<WindowSamples, 'width' | 'height' | 'offset' | 'stride'>

function markIntegers(band: Samples, { width, height, offset, stride }: Geometry, valid: Uint8Array, nodata: number): boolean {
  let found = false
  for (let y = 0, o = 0; y < height; y++) {
    const row = offset + y * stride
    for (let x = 0; x < width; x++, o++) {
      if (band[row + x] === nodata) found = true
      else valid[o] = 1
    }
  }
  return found
}

function markNumbers(band: Samples, { width, height, offset, stride }: Geometry, valid: Uint8Array): boolean {
  let found = false
  for (let y = 0, o = 0; y < height; y++) {
    const row = offset + y * stride
    for (let x = 0; x < width; x++, o++) {
      const v = band[row + x]
      if (v !== v) found = true
      else valid[o] = 1
    }
  }
  return found
}

/** Floats are equal within two units in the last place. */
function markFloats(
  band: Samples,
  { width, height, offset, stride }: Geometry,
  valid: Uint8Array,
  nodata: number,
  tolerance: number,
): boolean {
  const slack = Number.isFinite(nodata) ? Math.abs(nodata) * tolerance : 0
  let found = false
  for (let y = 0, o = 0; y < height; y++) {
    const row = offset + y * stride
    for (let x = 0; x < width; x++, o++) {
      const v = band[row + x]
      if (v === nodata || Math.abs(v - nodata) <= slack) found = true
      else valid[o] = 1
    }
  }
  return found
}

/** Alpha masks the other bands only in datasets of two or four bands of 8 or 16 bits, rescaled to 8. */
export function maskOfAlpha(bandCount: number, alpha: Samples | undefined): Uint8Array | undefined {
  if (bandCount !== 2 && bandCount !== 4) return undefined
  if (alpha instanceof Uint8Array) return alpha
  if (!(alpha instanceof Uint16Array)) return undefined
  return Uint8Array.from(alpha, (a) => (a === 0 ? 0 : Math.max(1, Math.floor((a * 255) / 65535))))
}
