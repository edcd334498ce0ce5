import type { BBox } from '../grid/bbox.ts'
import { type Crs, WGS84 } from '../grid/crs.ts'
import { holdsPole } from '../grid/poles.ts'
import { transformer } from '../grid/transformer.ts'

/** Points along an edge, corners included: a straight edge in the set's CRS bows in degrees. */
const EDGE = 22
/** Every so manieth of them is followed through the inside: a tile beyond its CRS's domain may have no edge on the globe. */
const INSIDE = 3
const GLOBE: BBox = [-180, -90, 180, 90]

/**
 * Box in degrees around a box of another CRS. It may reach over 180 (170 to 190) instead of around the world, and holds a pole where the box
 * does. undefined where no point of it has a place on the globe.
 */
export function geographicBounds(crs: Crs, bbox: BBox): BBox | undefined {
  const [minX, minY, maxX, maxY] = bbox
  const { forward } = transformer(crs, WGS84)
  const [middle] = forward((minX + maxX) / 2, (minY + maxY) / 2)
  const lons: number[] = []
  const lats: number[] = []
  const add = (px: number, py: number) => {
    const [lon, lat] = forward(px, py)
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) return
    // Longitudes that are more than half a turn away lie on this side, over the antimeridian. NaN: leave them.
    lons.push(lon - middle > 180 ? lon - 360 : middle - lon > 180 ? lon + 360 : lon)
    lats.push(lat)
  }
  for (let row = 0; row < EDGE; row++) {
    const onEdge = row === 0 || row === EDGE - 1
    const step = onEdge ? 1 : row % INSIDE === 0 ? INSIDE : EDGE - 1
    for (let col = 0; col < EDGE; col += step) add(at(minX, maxX, col), at(minY, maxY, row))
  }
  if (lons.length === 0) return undefined
  if (holdsPole(crs, bbox, 90)) return [GLOBE[0], Math.min(...lats), GLOBE[2], GLOBE[3]]
  if (holdsPole(crs, bbox, -90)) return [GLOBE[0], GLOBE[1], GLOBE[2], Math.max(...lats)]
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

/** The i-th of EDGE places between two; the last one exactly. */
function at(from: number, to: number, i: number): number {
  return i === EDGE - 1 ? to : from + ((to - from) * i) / (EDGE - 1)
}
