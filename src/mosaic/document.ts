import type { BBox } from '../grid/bbox.ts'

/** A MosaicJSON document (0.0.2, 0.0.3). Unknown members are kept, as the specification says. */
export interface MosaicJSON {
  readonly mosaicjson: string
  readonly name?: string
  readonly description?: string
  readonly version?: string
  readonly attribution?: string
  readonly minzoom: number
  readonly maxzoom: number
  /** Zoom of the quadkeys in `tiles`; absent: minzoom. 0 is legal (the empty key). */
  readonly quadkey_zoom?: number
  /** Degrees, WGS84. */
  readonly bounds: BBox
  readonly center?: readonly [lon: number, lat: number, zoom: number]
  readonly asset_prefix?: string
  readonly tiles: Readonly<Record<string, readonly string[]>>
  readonly [member: string]: unknown
}

/** The document without `tiles`. */
export type MosaicInfo = Omit<MosaicJSON, 'tiles' | 'quadkey_zoom' | 'bounds' | 'center' | 'version'> & {
  readonly version: string
  readonly quadkeyZoom: number
  readonly bounds: BBox
  readonly center: readonly [lon: number, lat: number, zoom: number]
}
