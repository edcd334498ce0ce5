import { type Crs, CRS84, sameCrs } from './crs.ts'

/** The CRS by its address at the OGC. undefined: it has none. */
export function crsUri(crs: Crs): string | undefined {
  if (sameCrs(crs, CRS84)) return 'http://www.opengis.net/def/crs/OGC/0/CRS84'
  return crs.epsg == null ? undefined : `http://www.opengis.net/def/crs/EPSG/0/${crs.epsg}`
}
