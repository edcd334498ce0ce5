import { packageLater } from '../package-later.ts'

type List = Readonly<Record<string, readonly [name: string, definition: string]>>

/** Universal polar stereographic, easting first; the list has them with other axes or not at all. */
const EXTRA: Record<number, string> = {
  7844: '+proj=longlat +ellps=GRS80 +towgs84=0,0,0 +no_defs',
  5041: '+proj=stere +lat_0=90 +lon_0=0 +k=0.994 +x_0=2000000 +y_0=2000000 +datum=WGS84 +units=m +no_defs',
  5042: '+proj=stere +lat_0=-90 +lon_0=0 +k=0.994 +x_0=2000000 +y_0=2000000 +datum=WGS84 +units=m +no_defs',
}
/** GDA2020 / MGA zones 46 to 59 are newer than the list. */
for (let zone = 46; zone <= 59; zone++)
  EXTRA[7800 + zone] = `+proj=utm +zone=${zone} +south +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs`
/** WGS 84 / UTM, word for word as the list has them: most files are in one of these, and do without the list. */
for (let zone = 1; zone <= 60; zone++) {
  EXTRA[32600 + zone] = `+proj=utm +zone=${zone} +datum=WGS84 +units=m +no_defs`
  EXTRA[32700 + zone] = `+proj=utm +zone=${zone} +south +datum=WGS84 +units=m +no_defs`
}

const list = packageLater<List>('proj4-list')

/** The definition of an EPSG code for proj4; undefined: there is no such code. The list of them, 0.8 MB, is loaded when it is first needed. */
export function epsgDefinition(code: number): string | undefined {
  return EXTRA[code] ?? list()[`EPSG:${code}`]?.[1]
}
