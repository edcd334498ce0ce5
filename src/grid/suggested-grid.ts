import { apply, fromBounds } from './affine.ts'
import type { BBox } from './bbox.ts'
import { type Crs, sameCrs } from './crs.ts'
import { transformBounds } from './transformer.ts'
import { type Grid, nativeResolution, withoutPoles } from './warped-grid.ts'

/** Points between the corners of an edge that GDAL looks at for the extent. */
const EDGE_POINTS = 19

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

/**
 * The north-up grid of another CRS that GDAL suggests for a whole file: its extent there, in square pixels of its own resolution.
 * In the file's CRS it is the file's grid. `undefined`: the file has no place in that CRS.
 */
export function suggestedGrid(file: Grid, from: Crs, to: Crs): Grid | undefined {
  if (sameCrs(from, to)) return file
  const inside = withoutPoles(file, from, to)
  const resolution = nativeResolution(inside, from, to)
  const [minX, minY, maxX, maxY] = transformBounds(from, to, ordered(gridBounds(inside)), EDGE_POINTS)
  const width = Math.floor((maxX - minX) / resolution + 0.5)
  const height = Math.floor((maxY - minY) / resolution + 0.5)
  if (!(resolution > 0) || !(width >= 1) || !(height >= 1)) return undefined
  return {
    width,
    height,
    transform: fromBounds(minX, maxY - height * resolution, minX + width * resolution, maxY, width, height),
  }
}
