import { ParameterError } from '../../errors.ts'
import type { DataType, Raster, Samples } from '../../raster/raster.ts'
import { pictureMask } from '../mask.ts'
import { type Colormap, type ColorTable, pack } from './colormap.ts'
import { namedTable } from './named.ts'

/**
 * Colours of one band: three bands of uint8, and the colours' alpha where the data are valid. Values without a colour are transparent.
 * @throws ParameterError 400, more than one band
 */
export function applyColormap(raster: Raster, colormap: Colormap): Raster {
  if (raster.bands.length !== 1) {
    const parameter = colormap.kind === 'named' ? 'colormap_name' : 'colormap'
    throw new ParameterError(
      parameter,
      `${parameter}: colours one band, and these are ${raster.bands.length}: choose it with bidx or expression`,
      400,
    )
  }
  const mask = pictureMask(raster)
  const [values] = raster.bands
  const planes = Array.from({ length: 4 }, () => new Uint8Array(values.length))
  const [red, green, blue, alpha] = planes
  const colors = colorsOf(values, colormap, raster.dtype)
  for (let i = 0; i < colors.length; i++) {
    const color = colors[i]
    red[i] = color
    green[i] = color >>> 8
    blue[i] = color >>> 16
    if (mask[i] !== 0) alpha[i] = color >>> 24
  }
  return { ...raster, dtype: 'uint8', bands: [red, green, blue], masks: [mask, mask, mask], alpha }
}

/** The colours of bytes, where a colormap has one for each. */
export function colorTable(colormap: Colormap): ColorTable | undefined {
  if (colormap.kind === 'named') return namedTable(colormap.name)
  return colormap.kind === 'values' ? tableOf(colormap.entries) : undefined
}

/** The colours of 0..255, where the entries are these and no others. */
function tableOf(entries: Extract<Colormap, { kind: 'values' }>['entries']): ColorTable | undefined {
  if (entries.length !== 256) return undefined
  const table = new Uint32Array(256)
  for (const [value, color] of entries) {
    if (!Number.isInteger(value) || value < 0 || value > 255) return undefined
    table[value] = pack(color)
  }
  return table
}

function colorsOf(values: Samples, colormap: Colormap, dtype: DataType): Uint32Array {
  const table = colorTable(colormap)
  if (table) return throughTable(values, table)
  if (colormap.kind === 'named') throw new TypeError(`${colormap.name} has no table`)
  const colorOf = colormap.kind === 'intervals' ? intervalColors(colormap.entries, dtype) : valueColors(colormap.entries, dtype)
  return values.BYTES_PER_ELEMENT <= 2 ? remembered(values, colorOf) : each(values, colorOf)
}

/** Values wrap to 8 bits, as an array of bytes stores them. */
function throughTable(values: Samples, table: ColorTable): Uint32Array {
  const bytes = values instanceof Uint8Array ? values : Uint8Array.from(values)
  const colors = new Uint32Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) colors[i] = table[bytes[i]]
  return colors
}

type ColorOf = (value: number) => number

function each(values: Samples, colorOf: ColorOf): Uint32Array {
  const colors = new Uint32Array(values.length)
  for (let i = 0; i < colors.length; i++) colors[i] = colorOf(values[i])
  return colors
}

/** Each value up to 16 bits is looked up once. */
function remembered(values: Samples, colorOf: ColorOf): Uint32Array {
  const known = new Uint8Array(65_536)
  const table = new Uint32Array(65_536)
  const colors = new Uint32Array(values.length)
  for (let i = 0; i < colors.length; i++) {
    const at = values[i] & 0xffff
    if (known[at] === 0) {
      known[at] = 1
      table[at] = colorOf(values[i])
    }
    colors[i] = table[at]
  }
  return colors
}

/** Compared in the type of the data, as numpy does. */
function inType(value: number, dtype: DataType): number {
  return dtype === 'float32' ? Math.fround(value) : value
}

function valueColors(entries: Extract<Colormap, { kind: 'values' }>['entries'], dtype: DataType): ColorOf {
  const colors = new Map(entries.map(([value, color]) => [inType(value, dtype), pack(color)]))
  return (value) => colors.get(value) ?? 0
}

/** Between neighbouring ends of intervals the colour is the same: it is found once, and a value finds its place by halving. */
function intervalColors(entries: Extract<Colormap, { kind: 'intervals' }>['entries'], dtype: DataType): ColorOf {
  const list = entries.map(([min, max, color]) => [inType(min, dtype), inType(max, dtype), pack(color)] as const)
  const ends = Float64Array.from(new Set(list.flatMap(([min, max]) => [min, max]))).sort()
  const colors = Uint32Array.from(ends, (end) => list.findLast(([min, max]) => end >= min && end < max)?.[2] ?? 0)
  return (value) => {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (ends[middle] <= value) low = middle + 1
      else high = middle
    }
    // NaN is not less than or equal to anything.
    return low === 0 ? 0 : colors[low - 1]
  }
}
