import { type Crs, WGS84 } from './crs.ts'
import { transformer } from './transformer.ts'

/**
 * NAD27 to WGS 84 by regions: metres to add to geocentric coordinates, as PROJ does it without grids (EPSG 1170, 1173, 1175, 1172 …).
 * The first region that holds the place counts. Between regions PROJ draws finer borders: up to 20 m off in Canada, 5 m elsewhere.
 */
const SHIFTS: readonly { readonly box: readonly [number, number, number, number]; readonly shift: string }[] = [
  { box: [-180, 54, -141, 90], shift: '-5,135,172' },
  { box: [-141, 49, -47, 90], shift: '-10,158,187' },
  { box: [-180, 24.5, -90, 49], shift: '-8,159,175' },
  { box: [-90, 24.5, -47, 49], shift: '-8,160,176' },
  { box: [-118, 13, -87, 24.5], shift: '-12,130,190' },
  { box: [-87, 0, -47, 24.5], shift: '-3,142,183' },
]
const NAD27 = '+datum=NAD27'

/** The same CRS with the datum shift that holds at a place of the file; other CRS as they are. x, y: coordinates in the CRS. */
export function withLocalShift(crs: Crs, [x, y]: readonly [x: number, y: number]): Crs {
  if (!crs.definition.includes(NAD27)) return crs
  const [lon, lat] = transformer(crs, WGS84).forward(x, y)
  const found = SHIFTS.find(({ box }) => lon >= box[0] && lon < box[2] && lat >= box[1] && lat < box[3])
  if (!found) return crs
  return { ...crs, definition: crs.definition.replace(NAD27, `+ellps=clrk66 +towgs84=${found.shift},0,0,0,0`) }
}
