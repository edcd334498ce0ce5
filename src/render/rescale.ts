import { TYPE_RANGE, type DataType, type Raster, type Samples } from '../raster/raster.ts'
import { opaqueAlpha } from '../compose/alpha.ts'

export type ValueRange = readonly [min: number, max: number]

/** Tables of 8 and 16 bit types by type and range; the ranges of a layer come again with every tile. At most 64 KiB each. */
const tables = new Map<string, Uint8Array>()
const MAX_TABLES = 16

/**
 * Values of a range onto uint8 0..255, as rio-tiler: clipped and stretched in float64, stored back into the DATA's type (integers
 * truncate there), then truncated to uint8. Masked samples become 0. One range serves all bands unless there is one a band.
 */
export function rescale(raster: Raster, ranges: readonly ValueRange[]): Raster {
  const bands = raster.bands.map((band, index) => {
    const range = ranges.length === raster.bands.length ? ranges[index] : ranges[0]
    return stretch(band, raster.dtype, range, raster.masks[index])
  })
  return { ...raster, dtype: 'uint8', bands, alpha: raster.alpha && alphaToUint8(raster.alpha, raster.dtype) }
}

/**
 * What a picture of 8 bits gets without a rescale: the ranges that the file states, else the whole range of the type, so that int16 0 is
 * 127. `mask` is the picture's.
 */
export function stretchType(
  raster: Raster,
  mask: Uint8Array,
  ranges: readonly ValueRange[] = [TYPE_RANGE[raster.dtype]],
): Raster {
  if (raster.dtype === 'uint8') return raster
  const bands = raster.bands.map((band, index) => {
    return stretch(band, raster.dtype, ranges.length === raster.bands.length ? ranges[index] : ranges[0], mask)
  })
  return { ...raster, dtype: 'uint8', bands, alpha: raster.alpha && alphaToUint8(raster.alpha, raster.dtype) }
}

/** Opaque stays opaque, and only opaque: 255. */
export function alphaToUint8(alpha: Samples, dtype: DataType): Uint8Array {
  if (alpha instanceof Uint8Array) return alpha
  const scale = 255 / opaqueAlpha(dtype)
  const out = new Uint8Array(alpha.length)
  for (let i = 0; i < alpha.length; i++) out[i] = Math.min(255, Math.max(0, alpha[i] * scale))
  return out
}

function stretch(band: Samples, dtype: DataType, range: ValueRange, mask: Uint8Array): Uint8Array {
  const out = new Uint8Array(band.length)
  if (band.BYTES_PER_ELEMENT <= 2) lookUp(band, tableOf(dtype, range), mask, out)
  else compute(band, range, mask, out)
  return out
}

function lookUp(band: Samples, table: Uint8Array, mask: Uint8Array, out: Uint8Array): void {
  const wrap = table.length - 1
  if (band instanceof Uint16Array && !mask.includes(0)) lookUpAll(band, table, out)
  else for (let i = 0; i < band.length; i++) if (mask[i] !== 0) out[i] = table[band[i] & wrap]
}

function lookUpAll(band: Uint16Array, table: Uint8Array, out: Uint8Array): void {
  for (let i = 0; i < band.length; i++) out[i] = table[band[i]]
}

/** Index: the value's bits as an unsigned number. */
function tableOf(dtype: DataType, range: ValueRange): Uint8Array {
  const key = `${dtype} ${range[0]} ${range[1]}`
  const known = tables.get(key)
  if (known) return known
  const [min, max] = TYPE_RANGE[dtype]
  const table = new Uint8Array(max - min + 1)
  for (let value = min; value <= max; value++) table[value & (max - min)] = stretched(value, range)
  const oldest = tables.keys().next()
  if (tables.size >= MAX_TABLES && !oldest.done) tables.delete(oldest.value)
  tables.set(key, table)
  return table
}

function compute(band: Samples, range: ValueRange, mask: Uint8Array, out: Uint8Array): void {
  if (band instanceof Float32Array && range[1] - range[0] !== Infinity) {
    computeSingle(band, range, out)
    if (mask.includes(0)) for (let i = 0; i < band.length; i++) if (mask[i] === 0) out[i] = 0
  } else {
    const single = band instanceof Float32Array
    for (let i = 0; i < band.length; i++) {
      if (mask[i] === 0) continue
      const value = stretched(band[i], range)
      // Stored into an array of bytes, a number is truncated; float32 data rounds to float32 first.
      out[i] = single ? Math.fround(value) : value
    }
  }
}

/** The same for the type that most such data have, without a call a sample, masked or not. */
function computeSingle(band: Float32Array, [lo, hi]: ValueRange, out: Uint8Array): void {
  const width = hi - lo
  for (let i = 0; i < band.length; i++) {
    out[i] = Math.fround(((Math.min(Math.max(band[i], lo), hi) - lo) / width) * 255)
  }
}

/** float64, 0..255; NaN where the range is empty or the value is NaN. A lower end above the upper one gives 255, as in numpy. */
function stretched(value: number, [lo, hi]: ValueRange): number {
  const clipped = Math.min(Math.max(value, lo), hi)
  const width = hi - lo
  // The whole range of float64 is wider than float64 can say.
  if (width === Infinity) return ((clipped / 2 - lo / 2) / (hi / 2 - lo / 2)) * 255
  return ((clipped - lo) / width) * 255
}
