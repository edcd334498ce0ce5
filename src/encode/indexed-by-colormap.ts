import type { Raster } from '../raster/raster.ts'
import { colorTable } from '../render/colormap/apply.ts'
import type { Colormap } from '../render/colormap/colormap.ts'
import { pictureMask } from '../render/mask.ts'
import { type IndexedPicture, worthIndexing } from './indexed-picture.ts'

const VALUES = 256

/**
 * What a colormap makes of bytes, as indices at once: the way through a picture of all channels takes six times as long, for the same
 * pixels. undefined: not of bytes, or not by a table, or not worth it
 */
export function indexedByColormap(raster: Raster, colormap: Colormap): IndexedPicture | undefined {
  const { width, height, bands } = raster
  const [values] = bands
  const table = colorTable(colormap)
  if (bands.length !== 1 || !(values instanceof Uint8Array) || !table) return undefined
  const mask = pictureMask(raster)
  const isFull = !mask.includes(0)
  const used = usedValues(values, isFull ? undefined : mask)
  const places = new Map<number, number>()
  const placeOf = (color: number): number => {
    const place = places.get(color) ?? places.size
    places.set(color, place)
    return place
  }
  const holes = isFull ? 0 : placeOf(0)
  // What is wholly transparent has no colour.
  const index = Uint16Array.from(used, (isUsed, value) =>
    isUsed === 0 ? 0 : placeOf(table[value] >>> 24 === 0 ? 0 : table[value]),
  )
  if (!worthIndexing(places.size, values.length)) return undefined
  const indices = new Uint8Array(values.length)
  if (isFull) for (let i = 0; i < values.length; i++) indices[i] = index[values[i]]
  else for (let i = 0; i < values.length; i++) indices[i] = mask[i] === 0 ? holes : index[values[i]]
  return { width, height, indices, colors: [...places.keys()] }
}

/** Not 0 for each value that is there; without a mask all are valid. */
function usedValues(values: Uint8Array, mask: Uint8Array | undefined): Uint8Array {
  const used = new Uint8Array(VALUES)
  if (mask) for (let i = 0; i < values.length; i++) used[values[i]] |= mask[i]
  else for (let i = 0; i < values.length; i++) used[values[i]] = 1
  return used
}
