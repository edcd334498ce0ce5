import type { GeoKeys as Parameters } from 'geotiff-geokeys-to-proj4'
import { UnreadableAssetError } from '../errors.ts'
import { type Crs, crsFromEpsg, fromDefinition } from './crs.ts'
import { crsFromEsriText } from './esri-text.ts'

/** GeoKeys by name, as geotiff.js gives them. */
export type GeoKeys = Readonly<Record<string, unknown>>

const USER_DEFINED = 32767

function code(keys: GeoKeys, name: string): number | undefined {
  const value = keys[name]
  return typeof value === 'number' && value > 0 && value !== USER_DEFINED ? value : undefined
}

const METRE = 9001
/** Feet by code of the unit, as proj4 calls them. */
const FEET: Readonly<Record<number, string>> = { 9002: 'ft', 9003: 'us-ft' }

/** Files exist that count in feet what their code counts in metres: the unit that they name is the one, as in GDAL. */
function inUnitOf(crs: Crs, keys: GeoKeys): Crs {
  const unit = keys['ProjLinearUnitsGeoKey']
  const wanted = typeof unit === 'number' ? (unit === METRE ? 'm' : FEET[unit]) : undefined
  const own = /\+units=(\S+)/.exec(crs.definition)?.[1]
  if (crs.geographic || wanted === undefined || own === undefined || own === wanted || crs.definition.includes('+to_meter'))
    return crs
  return { ...crs, epsg: undefined, definition: crs.definition.replace(`+units=${own}`, `+units=${wanted}`) }
}

/** A projection of its own parameters, on the datum of its base where that has a code. */
function onDatumOf(crs: Crs, base: Crs | undefined): Crs {
  const datum = base && /\+datum=\S+|\+ellps=\S+ \+towgs84=\S+/.exec(base.definition)?.[0]
  if (!datum || /\+(datum|towgs84)=/.test(crs.definition)) return crs
  const bare = crs.definition.replaceAll(/\+(ellps|a|b|rf)=\S+ ?/g, '')
  return { ...crs, definition: `${bare} ${datum}` }
}

/**
 * The horizontal CRS of a GeoTIFF. Codes are looked up; user-defined ones go through their parameters. Vertical keys do not count.
 * @throws UnreadableAssetError when the keys do not say
 */
export async function crsFromGeoKeys(keys: GeoKeys): Promise<Crs> {
  const projected = keys['GTModelTypeGeoKey'] !== 2 && (code(keys, 'ProjectedCSTypeGeoKey') ?? code(keys, 'ProjectedCRSGeoKey'))
  const geographic = code(keys, 'GeographicTypeGeoKey') ?? code(keys, 'GeodeticCRSGeoKey')
  const userDefined = keys['ProjectedCSTypeGeoKey'] === USER_DEFINED || keys['ProjectedCRSGeoKey'] === USER_DEFINED
  const epsg = projected || (userDefined || keys['GTModelTypeGeoKey'] === 1 ? undefined : geographic)
  const known = epsg ? crsFromEpsg(epsg) : undefined
  if (known && projected) return inUnitOf(known, keys)
  // A code of a geographic CRS beside the text of a projected one is that one's base.
  const spelled = projected ? undefined : crsFromEsriText(keys)
  if (spelled) return spelled
  if (known) return known
  if (Object.keys(keys).length === 0) throw new UnreadableAssetError('the file does not say its coordinate reference system')
  // 6 MB of tables: loaded when a file needs them.
  const { default: geokeysToProj4 } = await import('geotiff-geokeys-to-proj4')
  const { VerticalCSTypeGeoKey: _, VerticalDatumGeoKey: __, VerticalUnitsGeoKey: ___, VerticalGeoKey: ____, ...horizontal } = keys
  let text: string
  try {
    const found = geokeysToProj4.toProj4(horizontal as unknown as Parameters)
    // Its definitions are in metres whatever the file's unit is; the factor is given beside them.
    const unit = found.shouldConvertCoordinates && !found.isGCS ? ` +to_meter=${found.coordinatesConversionParameters.x}` : ''
    text = found.proj4 + unit
  } catch (cause) {
    throw new UnreadableAssetError('the coordinate reference system of the file cannot be read', { cause })
  }
  // Of what it does not know the library makes a bare longlat without an ellipsoid.
  const asked = keys['GTModelTypeGeoKey'] === 1 && /\+proj=longlat\b/.test(text)
  if (asked || !/\+(ellps|datum|a)=/.test(text)) {
    throw new UnreadableAssetError(`the coordinate reference system of the file is unknown${epsg ? ` (EPSG:${epsg})` : ''}`)
  }
  const crs = { epsg, ...fromDefinition(text) }
  return geographic ? onDatumOf(crs, crsFromEpsg(geographic)) : crs
}
