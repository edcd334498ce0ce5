import type { Affine } from '../../grid/affine.ts'
import type { Field } from './ifd.ts'

/** Key id -> SHORT, `{ double }` or text. GeoTIFF 1.1 (OGC 19-008r4), annex B. */
export type GeoKeys = Readonly<Record<number, number | { readonly double: number } | string>>

export const MODEL_TYPE = 1024
export const RASTER_TYPE = 1025
export const CITATION = 1026
export const GEODETIC_CRS = 2048
export const ANGULAR_UNITS = 2054
export const PROJECTED_CRS = 3072
export const LINEAR_UNITS = 3076

const KEY_DIRECTORY = 34735
const DOUBLES = 34736
const ASCII = 34737

/** The fields that say where a picture lies. `transform` is that of the outer corner, whatever the convention of the tags. */
export function geoFields(keys: GeoKeys, [a, b, c, d, e, f]: Affine, pixelIsPoint = false): Field[] {
  const shift = pixelIsPoint ? 0.5 : 0
  const x = c + shift * (a + b)
  const y = f + shift * (d + e)
  const isNorthUp = b === 0 && d === 0 && a > 0 && e < 0
  const place: Field[] = isNorthUp
    ? [
        { tag: 33550, type: 'double', values: [a, -e, 0] },
        { tag: 33922, type: 'double', values: [0, 0, 0, x, y, 0] },
      ]
    : [{ tag: 34264, type: 'double', values: [a, b, 0, x, d, e, 0, y, 0, 0, 0, 0, 0, 0, 0, 1] }]
  return [...place, ...keyFields({ ...keys, [RASTER_TYPE]: pixelIsPoint ? 2 : 1 })]
}

/** GeoKeyDirectory, GeoDoubleParams and GeoAsciiParams. */
function keyFields(keys: GeoKeys): Field[] {
  const entries: number[] = []
  const doubles: number[] = []
  let ascii = ''
  const ids = Object.keys(keys)
    .map(Number)
    .toSorted((p, q) => p - q)
  for (const id of ids) {
    const value = keys[id]
    if (typeof value === 'number') entries.push(id, 0, 1, value)
    else if (typeof value === 'string') {
      entries.push(id, ASCII, value.length + 1, ascii.length)
      ascii += `${value}|`
    } else {
      entries.push(id, DOUBLES, 1, doubles.length)
      doubles.push(value.double)
    }
  }
  const fields: Field[] = [{ tag: KEY_DIRECTORY, type: 'short', values: [1, 1, 0, ids.length, ...entries] }]
  if (doubles.length > 0) fields.push({ tag: DOUBLES, type: 'double', values: doubles })
  if (ascii) fields.push({ tag: ASCII, type: 'ascii', values: ascii })
  return fields
}
