import type { Cog } from './cog/cog.ts'
import type { BBox } from './grid/bbox.ts'
import { crsUri } from './grid/crs-uri.ts'
import { WGS84 } from './grid/crs.ts'
import type { Crs } from './grid/crs.ts'
import { boundsIn } from './grid/geographic-box.ts'
import { gridBounds } from './grid/suggested-grid.ts'

/** titiler's info of a COG. */
export interface CogInfo {
  /** In the file's CRS; of a south-up file the second number is the greater. */
  readonly bounds: BBox
  /** URI; else a PROJ text; undefined: the file does not say. */
  readonly crs?: string
  readonly band_metadata: readonly (readonly [band: string, tags: Readonly<Record<string, string>>])[]
  readonly band_descriptions: readonly (readonly [band: string, description: string])[]
  readonly dtype: string
  readonly nodata_type: 'Nodata' | 'Alpha' | 'Mask' | 'None'
  readonly colorinterp: readonly string[]
  readonly scales: readonly number[]
  readonly offsets: readonly number[]
  readonly colormap?: Readonly<Record<string, readonly number[]>>
  readonly driver: 'GTiff'
  readonly count: number
  readonly width: number
  readonly height: number
  /** How many times smaller each overview is. */
  readonly overviews: readonly number[]
  /** null: NaN or an infinity, which JSON does not have. */
  readonly nodata_value?: number | null
  /** From the statistics in the file, of the bands that have them. */
  readonly minmax?: readonly (readonly [min: number, max: number])[]
}

export function cogInfo({ info, metadata, colors, palette }: Cog): CogInfo {
  const bands = Array.from({ length: info.bandCount }, (_, band) => band)
  const minmax = metadata?.ranges.filter((range) => range !== undefined)
  return {
    bounds: gridBounds(info),
    crs: info.crs.unknown === undefined ? (crsUri(info.crs) ?? info.crs.definition) : undefined,
    band_metadata: bands.map((band) => [`b${band + 1}`, metadata?.tags[band] ?? {}]),
    band_descriptions: bands.map((band) => [`b${band + 1}`, metadata?.descriptions[band] ?? `b${band + 1}`]),
    dtype: info.wholeNumbers ?? info.dtype,
    nodata_type: nodataType(info),
    colorinterp: colors ?? bands.map(() => 'undefined'),
    scales: bands.map((band) => metadata?.scales[band] ?? 1),
    offsets: bands.map((band) => metadata?.offsets[band] ?? 0),
    colormap: palette && Object.fromEntries(palette.map((color, index) => [String(index), color])),
    driver: 'GTiff',
    count: info.bandCount,
    width: info.width,
    height: info.height,
    overviews: info.overviews.map(({ width }) => Math.round(info.width / width)),
    nodata_value: info.nodata === undefined || Number.isFinite(info.nodata) ? info.nodata : null,
    minmax: minmax?.length ? minmax : undefined,
  }
}

function nodataType({ nodata, alphaBand, hasMask }: Cog['info']): CogInfo['nodata_type'] {
  if (nodata !== undefined) return 'Nodata'
  if (alphaBand !== undefined) return 'Alpha'
  return hasMask ? 'Mask' : 'None'
}

type Ring = readonly (readonly [x: number, y: number])[]

/** The info as a GeoJSON feature: the outline in `crs`. */
export function cogFeature(cog: Cog, crs: Crs = WGS84) {
  return boxFeature(boundsIn(cog.info, cog.info.crs, crs), cogInfo(cog))
}

/** A box as a GeoJSON feature. Across the antimeridian it has two parts (RFC 7946, 3.1.9). */
export function boxFeature<T>(bbox: BBox, properties: T) {
  const [minX, minY, maxX, maxY] = bbox
  const geometry =
    minX > maxX
      ? { type: 'MultiPolygon' as const, coordinates: [[ring([-180, minY, maxX, maxY])], [ring([minX, minY, 180, maxY])]] }
      : { type: 'Polygon' as const, coordinates: [ring(bbox)] }
  return { type: 'Feature' as const, bbox, geometry, properties }
}

function ring([minX, minY, maxX, maxY]: BBox): Ring {
  return [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ]
}
