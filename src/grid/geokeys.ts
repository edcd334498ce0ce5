import type { GeoKeys as Parameters } from 'geotiff-geokeys-to-proj4'
import { UnreadableAssetError } from '../errors.ts'
import { type Crs, crsFromEpsg, fromDefinition } from './crs.ts'

/** GeoKeys by name, as geotiff.js gives them. */
export type GeoKeys = Readonly<Record<string, unknown>>

const USER_DEFINED = 32767

function code(keys: GeoKeys, name: string): number | undefined {
  const value = keys[name]
  return typeof value === 'number' && value > 0 && value !== USER_DEFINED ? value : undefined
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
  return { epsg, ...fromDefinition(text) }
}
