import type { BBox } from './bbox.ts'
import { type Crs, WGS84 } from './crs.ts'
import { transformer } from './transformer.ts'

/** Whether a pole (90 or -90) lies inside a box of a projected CRS: then its edges do not bound the latitudes in it. */
export function holdsPole(crs: Crs, [minX, minY, maxX, maxY]: BBox, latitude: 90 | -90): boolean {
  if (crs.geographic) return false
  const [x, y] = transformer(crs, WGS84).inverse(0, latitude)
  return x > minX && x < maxX && y > minY && y < maxY
}
