import { type Crs, crsFromEpsg, WGS84 } from './crs.ts'

/** Geographic CRS under the projected ones of the tile matrix sets, by EPSG code; all others stand on WGS84. */
const GEOGRAPHIC: Readonly<Record<number, number>> = { 2193: 4167, 3035: 4258, 3978: 4269, 5482: 4764 }

/** The CRS in degrees that a CRS of a tile matrix set is a projection of. */
export function geographicCrs(crs: Crs): Crs {
  if (crs.geographic) return crs
  return crsFromEpsg(GEOGRAPHIC[crs.epsg ?? 0] ?? 4326) ?? WGS84
}
