import { ParameterError } from '../errors.ts'
import { epsgDefinition } from './epsg.ts'

/** A coordinate reference system as plain data: it travels to raster threads. x is always easting or longitude. */
export interface Crs {
  /** EPSG code, where the CRS has one. */
  readonly epsg?: number
  /** Definition for proj4. Two CRS are the same if their definitions or codes are. */
  readonly definition: string
  /** Degrees (true) or linear units (false). */
  readonly geographic: boolean
  /** Why nothing is known of it: such a file is read by pixels or its own coordinates only. */
  readonly unknown?: string
}

export const WGS84: Crs = { epsg: 4326, definition: '+proj=longlat +datum=WGS84 +no_defs', geographic: true }
export const WEB_MERCATOR: Crs = {
  epsg: 3857,
  definition: '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs',
  geographic: false,
}
/** WGS84 with longitude first. rio-tiler takes it for another CRS than EPSG:4326, so a title tells them apart. */
export const CRS84: Crs = { definition: '+title=CRS84 +proj=longlat +datum=WGS84 +no_defs', geographic: true }

/** The coordinates of one file that does not say, or not so that we understand it, where on Earth it lies. @param reason for messages */
export function unknownCrs(reason: string): Crs {
  return { definition: '+title=unknown', geographic: false, unknown: reason }
}

const ALIASES: Readonly<Record<number, number>> = { 900913: 3857, 3785: 3857, 102100: 3857, 102113: 3857 }
const known = new Map<number, Crs>([
  [4326, WGS84],
  [3857, WEB_MERCATOR],
])

/** undefined: there is no such code in the EPSG list. */
export function crsFromEpsg(code: number): Crs | undefined {
  const epsg = ALIASES[code] ?? code
  const found = known.get(epsg)
  if (found) return found
  const text = epsgDefinition(epsg)
  if (!text) return undefined
  const crs = { epsg, ...fromDefinition(text) }
  known.set(epsg, crs)
  return crs
}

/** A proj4 text as a CRS. The axis order is dropped: x is always easting or longitude. */
export function fromDefinition(text: string): Crs {
  const definition = text
    .replaceAll(/\+axis=(neu|enu|ne|en)\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return { definition, geographic: /\+proj=(longlat|latlong)\b/.test(definition) }
}

/**
 * `EPSG:3857`, `urn:ogc:def:crs:EPSG::3857`, `http://www.opengis.net/def/crs/EPSG/0/3857`, `OGC:CRS84` and its long forms, or a bare code.
 * @throws ParameterError naming `parameter`
 */
export function crsFromUserInput(text: string, parameter = 'crs'): Crs {
  const value = text.trim().replace(/^<(.*)>$/, '$1')
  if (/^(OGC:|urn:ogc:def:crs:OGC:[\d.]*:|https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/[\d.]+\/)CRS84$/i.test(value)) return CRS84
  const code = /^(?:EPSG:|urn:ogc:def:crs:EPSG:[\d.]*:|https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/)?(\d{4,6})$/i.exec(
    value,
  )?.[1]
  const crs = code && crsFromEpsg(Number(code))
  if (!crs) throw new ParameterError(parameter, `${parameter}: unknown coordinate reference system`)
  return crs
}

export function sameCrs(a: Crs, b: Crs): boolean {
  return a.definition === b.definition || (a.epsg !== undefined && a.epsg === b.epsg)
}
