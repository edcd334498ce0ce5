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

/** Relative difference up to which two floats are equal: two units in the last place. */
export function ulps(dtype: DataType): number {
  return dtype === 'float32' ? 2 ** -22 : dtype === 'float64' ? 2 ** -51 : 0
}

/** The warper looks at floats of both sizes in 32 bits: equal within four units in their last place (measured with GDAL 3.10). */
const WARPER_SLACK = 2 ** -21

/** 1 where a band is not nodata; undefined: that is everywhere. Nodata counts where ALL bands have it. */
function notNodata(file: PartPlan['file'], nodata: number, samples: WindowSamples): Uint8Array | undefined {
  const value = comparable(nodata, file.dtype)
  const [first, ...others] = samples.bands.slice(0, file.bandCount).filter((band) => band !== undefined)
  if (value === undefined || !first) return undefined
  const slack = isFloat(file.dtype) && Number.isFinite(value) ? Math.abs(value) * WARPER_SLACK : 0
  // Most windows have none: the engine's own search is the fastest way to learn that.
  if (isExact(value, slack) && first.indexOf(value, samples.offset) < 0) return undefined
  const valid = new Uint8Array(samples.width * samples.height)
  for (const band of [first, ...others]) markValid(band, samples, { value, slack }, valid)
  return valid.includes(0) ? valid : undefined
}

export function isNodata(v: number, nodata: number, slack: number): boolean {
  return v === nodata || (nodata === nodata ? Math.abs(v - nodata) <= slack : v !== v)
}

/** Sets `valid` to 1 where a band is not nodata. A loop a kind of samples: most are bytes. */
function markValid(
  band: Samples,
  { width, height, offset, stride }: WindowSamples,
  { value, slack }: { readonly value: number; readonly slack: number },
  valid: Uint8Array,
): void {
  for (let y = 0; y < height; y++) {
    const row = offset + y * stride
    const o = y * width
    if (band instanceof Uint8Array) markBytes(band, row, width, value, valid, o)
    else if (isExact(value, slack)) markExact(band, row, width, value, valid, o)
    else if (band instanceof Float32Array && value === value) markSingle(band, row, width, { value, slack }, valid, o)
    else for (let x = 0; x < width; x++) if (!isNodata(band[row + x], value, slack)) valid[o + x] = 1
  }
}

function isExact(value: number, slack: number): boolean {
  return slack === 0 && value === value
}

function markBytes(band: Uint8Array, row: number, width: number, value: number, valid: Uint8Array, o: number): void {
  for (let x = 0; x < width; x++) valid[o + x] |= band[row + x] === value ? 0 : 1
}

function markSingle(
  band: Float32Array,
  row: number,
  width: number,
  { value, slack }: { readonly value: number; readonly slack: number },
  valid: Uint8Array,
  o: number,
): void {
  // An infinite value minus itself is NaN; any other NaN is valid.
  for (let x = 0; x < width; x++) {
    const v = band[row + x]
    valid[o + x] |= Math.abs(v - value) <= slack || v === value ? 0 : 1
  }
}

function markExact(band: Samples, row: number, width: number, value: number, valid: Uint8Array, o: number): void {
  for (let x = 0; x < width; x++) valid[o + x] |= band[row + x] === value ? 0 : 1
}

/** Alpha masks the other bands only in datasets of two or four bands of 8 or 16 bits, rescaled to 8. */
export function maskOfAlpha(bandCount: number, alpha: Samples | undefined): Uint8Array | undefined {
  if (bandCount !== 2 && bandCount !== 4) return undefined
  if (alpha instanceof Uint8Array) return alpha
  if (!(alpha instanceof Uint16Array)) return undefined
  return Uint8Array.from(alpha, (a) => (a === 0 ? 0 : Math.max(1, Math.floor((a * 255) / 65535))))
}
