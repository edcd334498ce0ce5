import proj4 from 'proj4'
import { type Crs, WEB_MERCATOR, fromDefinition } from './crs.ts'

/** ESRI's programs and GDAL keep what GeoKeys cannot say as well-known text in a citation. */
const MARK = 'ESRI PE String = '
const CITATIONS = ['PCSCitationGeoKey', 'GTCitationGeoKey', 'GeogCitationGeoKey']

/** The CRS that a citation spells out; undefined where none does, or proj4 does not understand it. */
export function crsFromEsriText(keys: Readonly<Record<string, unknown>>): Crs | undefined {
  for (const name of CITATIONS) {
    const value = keys[name]
    if (typeof value !== 'string' || !value.includes(MARK)) continue
    const text = value.slice(value.indexOf(MARK) + MARK.length).trim()
    if (/PROJECTION\["Mercator_Auxiliary_Sphere"\]/.test(text)) return WEB_MERCATOR
    const proj = /EXTENSION\["PROJ4","([^"]*)"\]/.exec(text)?.[1]
    const crs = understood(proj) ?? understood(text)
    if (crs) return { ...crs, geographic: proj ? crs.geographic : text.startsWith('GEOGCS') }
  }
  return undefined
}

function understood(text: string | undefined): Crs | undefined {
  if (text === undefined) return undefined
  try {
    proj4(text)
    return fromDefinition(text)
  } catch {
    return undefined
  }
}
