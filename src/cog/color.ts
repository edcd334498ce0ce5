import { TAG } from './tiff/field-types.ts'
import type { Directory } from './tiff/parse.ts'
import { number, numbers } from './tiff/tags.ts'

/** Colours of the indices of a palette, from 0: red, green, blue, alpha, 0..255 each. */
export type Palette = readonly (readonly [red: number, green: number, blue: number, alpha: number])[]

const PHOTOMETRIC = { minIsBlack: 1, rgb: 2, palette: 3, cmyk: 5, yCbCr: 6 } as const
const LONGEST = 65_536

/** What GDAL says that each band is: gray, palette, red, green, blue, cyan …, alpha, undefined. `said` is what its own metadata say. */
export function bandColors(
  { tags }: Directory,
  bandCount: number,
  { said, alphaBand }: { readonly said: readonly (string | undefined)[]; readonly alphaBand?: number },
): readonly string[] {
  const names = namesOf(number(tags, TAG.photometric) ?? PHOTOMETRIC.minIsBlack, bandCount)
  return Array.from({ length: bandCount }, (_, band) => {
    return said[band] ?? (band === alphaBand ? 'alpha' : (names[band] ?? 'undefined'))
  })
}

function namesOf(photometric: number, bandCount: number): readonly string[] {
  if (photometric === PHOTOMETRIC.minIsBlack) return ['gray']
  if (photometric === PHOTOMETRIC.palette) return ['palette']
  if (photometric === PHOTOMETRIC.cmyk && bandCount >= 4) return ['cyan', 'magenta', 'yellow', 'black']
  const colours = photometric === PHOTOMETRIC.rgb || photometric === PHOTOMETRIC.yCbCr
  return colours && bandCount >= 3 ? ['red', 'green', 'blue'] : []
}

/** The palette of a file of one band; the index that is nodata is transparent, as in GDAL. undefined: it has none. */
export function paletteOf({ tags }: Directory, nodata: number | undefined): Palette | undefined {
  const map = numbers(tags, TAG.colorMap)
  if (number(tags, TAG.photometric) !== PHOTOMETRIC.palette || !map || map.length < 3 || map.length > 3 * LONGEST)
    return undefined
  const count = Math.floor(map.length / 3)
  // Some writers store 8 bits where the format wants 16.
  const divisor = map.every((value) => value < 256) ? 1 : 257
  const level = (at: number): number => Math.floor(map[at] / divisor)
  return Array.from({ length: count }, (_, index) => {
    return [level(index), level(count + index), level(2 * count + index), index === nodata ? 0 : 255] as const
  })
}
