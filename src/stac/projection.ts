import { SmaltiError } from '../errors.ts'
import { type Crs, crsFromUserInput, sameCrs } from '../grid/crs.ts'
import { gridBounds } from '../grid/suggested-grid.ts'
import type { Grid } from '../grid/warped-grid.ts'
import { type Json, numbers, text } from './members.ts'

/** The grid of a file and its CRS, as an item states them. */
export type Projection = Grid & { readonly crs: Crs }

/** STAC's projection extension, 1.0 and 2.0. undefined: the members do not say it, or in a CRS that we do not know. `around`: the item's properties. */
export function projectionOf(members: Json, around: Json): Projection | undefined {
  const shape = numbers(members['proj:shape'])
  const transform = numbers(members['proj:transform'])
  const code = crsCode(members) ?? crsCode(around)
  if (shape?.length !== 2 || !transform || transform.length < 6 || code === undefined) return undefined
  const [height, width] = shape
  const [a, b, c, d, e, f] = transform
  if (!(width >= 1) || !(height >= 1) || a * e - b * d === 0) return undefined
  try {
    return { width, height, transform: [a, b, c, d, e, f], crs: crsFromUserInput(code, 'proj:code') }
  } catch (error) {
    if (error instanceof SmaltiError) return undefined
    throw error
  }
}

function crsCode(members: Json): string | undefined {
  const epsg = members['proj:epsg']
  return text(members['proj:code']) ?? (Number.isInteger(epsg) ? `EPSG:${String(epsg)}` : undefined)
}

/**
 * The grid of an item, as rio-tiler's: around its assets' in the finest of their resolutions. undefined: no asset says where it lies, or
 * they lie in several CRS.
 */
export function projectionAround(projections: readonly (Projection | undefined)[]): Projection | undefined {
  const known = projections.filter((projection) => projection !== undefined)
  if (known.length === 0 || known.some(({ crs }) => !sameCrs(crs, known[0].crs))) return undefined
  const boxes = known.map(gridBounds)
  const [minX, minY] = [Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1]))]
  const [maxX, maxY] = [Math.max(...boxes.map((box) => box[2])), Math.max(...boxes.map((box) => box[3]))]
  const { transform } = known.reduce((best, one) => (Math.abs(one.transform[0]) < Math.abs(best.transform[0]) ? one : best))
  const width = Math.max(1, Math.floor((maxX - minX) / Math.hypot(transform[0], transform[3])))
  const height = Math.max(1, Math.floor((maxY - minY) / Math.hypot(transform[1], transform[4])))
  return { width, height, transform: [(maxX - minX) / width, 0, minX, 0, (minY - maxY) / height, maxY], crs: known[0].crs }
}
