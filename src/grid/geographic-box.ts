import type { BBox } from './bbox.ts'
import { type Crs, sameCrs, WGS84 } from './crs.ts'
import { holdsPole } from './poles.ts'
import { gridBounds, ordered } from './suggested-grid.ts'
import { transformBounds, transformer } from './transformer.ts'
import type { Grid } from './warped-grid.ts'

/** Points along an edge, corners included. */
const POINTS = 23
const GLOBE: BBox = [-180, -90, 180, 90]

/**
 * Box around a file in `crs`. In degrees the west is greater than the east where it crosses the antimeridian, and a pole that lies in
 * the file makes it a cap; a file without a place on the globe gets all of it, as from rio-tiler.
 */
export function boundsIn(file: Grid, from: Crs, crs: Crs = WGS84): BBox {
  const box = ordered(gridBounds(file))
  if (sameCrs(from, crs)) return box
  if (!crs.geographic || from.geographic) {
    const found = transformBounds(from, crs, box)
    return found.every(Number.isFinite) || !crs.geographic ? found : GLOBE
  }
  return degrees(box, from, crs)
}

function degrees(box: BBox, from: Crs, crs: Crs): BBox {
  const [minX, minY, maxX, maxY] = box
  const { forward } = transformer(from, crs)
  const [middle] = forward((minX + maxX) / 2, (minY + maxY) / 2)
  const lons: number[] = []
  const lats: number[] = []
  for (let i = 0; i < POINTS; i++) {
    const x = i === POINTS - 1 ? maxX : minX + ((maxX - minX) * i) / (POINTS - 1)
    const y = i === POINTS - 1 ? maxY : minY + ((maxY - minY) * i) / (POINTS - 1)
    for (const [lon, lat] of [forward(x, minY), forward(x, maxY), forward(minX, y), forward(maxX, y)]) {
      if (!Number.isFinite(lon) || !Number.isFinite(lat)) continue
      // More than half a turn away: over the antimeridian.
      lons.push(lon - middle > 180 ? lon - 360 : middle - lon > 180 ? lon + 360 : lon)
      lats.push(lat)
    }
  }
  if (lons.length === 0) return GLOBE
  if (holdsPole(from, box, 90)) return [-180, Math.min(...lats), 180, 90]
  if (holdsPole(from, box, -90)) return [-180, -90, 180, Math.max(...lats)]
  const west = Math.min(...lons)
  const east = Math.max(...lons)
  return [west < -180 ? west + 360 : west, Math.min(...lats), east > 180 ? east - 360 : east, Math.max(...lats)]
}
