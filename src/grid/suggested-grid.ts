import { apply, fromBounds } from './affine.ts'
import type { BBox } from './bbox.ts'
import { type Crs, sameCrs } from './crs.ts'
import { roundHalfEven } from './round-half-even.ts'
import { suggestedExtent } from './suggested-extent.ts'
import { type Transformer, transformer } from './transformer.ts'
import type { Grid } from './warped-grid.ts'

/** Latitude where square Web Mercator ends; beyond it a geographic file is cut before its resolution is taken. */
const MERCATOR_LATITUDE = 85.06
/** Parts of a pixel, in all, by which the grid is made narrower until its last edge comes back to itself. */
const SHRINKS = [0, 0.001, 0.01, 0.1, 1]
/** Steps along that edge. */
const BORDER_STEPS = 20

/** Box around a grid; of a south-up one the second number is the greater, as everybody's GDAL has it. CRS units. */
export function gridBounds({ width, height, transform }: Grid): BBox {
  const [a, b, c, d, e, f] = transform
  if (b === 0 && d === 0) return [c, f + e * height, c + a * width, f]
  const corners = [
    apply(transform, 0, 0),
    apply(transform, width, 0),
    apply(transform, 0, height),
    apply(transform, width, height),
  ]
  const xs = corners.map((corner) => corner[0])
  const ys = corners.map((corner) => corner[1])
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** A box with its smaller numbers first. */
export function ordered([minX, minY, maxX, maxY]: BBox): BBox {
  return [Math.min(minX, maxX), Math.min(minY, maxY), Math.max(minX, maxX), Math.max(minY, maxY)]
}

/** By file and target CRS: every tile of a file asks again, and an answer takes some hundred transforms. */
const known = new WeakMap<Grid, Map<string, Grid | undefined>>()

/**
 * The north-up grid of another CRS that GDAL suggests for a whole file: its extent there, in pixels of its own resolution. They are square
 * but where the right or the lower border would lie outside the file (at the antimeridian): then a hair narrower or lower. In the file's
 * CRS it is the file's grid. undefined: the file has no place in that CRS.
 */
export function suggestedGrid(file: Grid, from: Crs, to: Crs): Grid | undefined {
  if (sameCrs(from, to)) return file
  const found = known.get(file) ?? new Map<string, Grid | undefined>()
  known.set(file, found)
  const key = `${from.definition}\n${to.definition}`
  if (!found.has(key)) found.set(key, suggest(withoutPoles(file, from, to), transformer(from, to), to.geographic))
  return found.get(key)
}

function suggest(file: Grid, t: Transformer, degrees: boolean): Grid | undefined {
  const extent = suggestedExtent(file, t)
  if (!extent) return undefined
  const [minX, minY, maxX, maxY] = extent.bbox
  const size = extent.diagonal / Math.hypot(file.width, file.height)
  const width = Math.trunc((maxX - minX) / size + 0.5)
  const height = Math.trunc((maxY - minY) / size + 0.5)
  if (!(size > 0) || !(width >= 1) || !(height >= 1)) return undefined
  let x = size
  let y = size
  for (const shrink of SHRINKS) {
    const narrow = size - (size * shrink) / width
    if (!comesBack(t, (r) => [minX + width * narrow, maxY - size * r * height], narrow, size)) continue
    x = narrow
    break
  }
  for (const shrink of SHRINKS) {
    const low = size - (size * shrink) / height
    if (!comesBack(t, (r) => [minX + x * r * width, maxY - height * low], x, low)) continue
    y = low
    break
  }
  let right = minX + width * x
  let bottom = maxY - height * y
  if (degrees && ((maxX <= 180 && right > 180) || maxX === 180)) right = 180
  if (degrees && minY >= -90 && bottom < -90) bottom = -90
  return { width, height, transform: fromBounds(minX, bottom, right, maxY, width, height) }
}

/** Whether any point of a border of the grid goes to the file and back to within a pixel. `at`: the border from 0 to 1, target CRS. */
function comesBack(t: Transformer, at: (ratio: number) => [number, number], pixelX: number, pixelY: number): boolean {
  for (let i = 0; i <= BORDER_STEPS; i++) {
    const [x, y] = at(i / BORDER_STEPS)
    const [backX, backY] = t.forward(...t.inverse(x, y))
    if (Math.abs(backX - x) <= pixelX && Math.abs(backY - y) <= pixelY) return true
  }
  return false
}

/** The part of a geographic file that has a place in Web Mercator; any other file as it is. */
function withoutPoles(file: Grid, from: Crs, to: Crs): Grid {
  const t = file.transform
  const top = t[5]
  const bottom = t[5] + file.height * t[4]
  if (from.epsg !== 4326 || to.epsg !== 3857 || (bottom >= -MERCATOR_LATITUDE && top <= MERCATOR_LATITUDE)) return file
  const north = Math.min(top, MERCATOR_LATITUDE)
  const south = Math.max(bottom, -MERCATOR_LATITUDE)
  const right = t[2] + file.width * t[0]
  const height = roundHalfEven((north - south) / Math.abs(t[4]))
  const width = roundHalfEven((right - t[2]) / t[0])
  return { width, height, transform: fromBounds(t[2], south, right, north, width, height) }
}
