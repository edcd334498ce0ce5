import type { BBox } from '../grid/bbox.ts'

/** What a MosaicJSON document (0.0.1 to 0.0.3) says besides its tiles. Unknown members are kept, as the specification says. */
export interface MosaicMembers {
  readonly mosaicjson: string
  readonly name?: string
  readonly description?: string
  readonly version?: string
  readonly attribution?: string
  readonly minzoom: number
  readonly maxzoom: number
  /** Zoom of the quadkeys in `tiles`; absent: minzoom. 0 is legal (the empty key). */
  readonly quadkey_zoom?: number
  /** Degrees, WGS84; absent: the whole world. minX > maxX: across the antimeridian. */
  readonly bounds?: BBox
  readonly center?: readonly [lon: number, lat: number, zoom: number]
  readonly asset_prefix?: string
  /** An OGC tile matrix set whose grid the quadkeys are of; absent: WebMercatorQuad. */
  readonly tilematrixset?: unknown
  readonly [member: string]: unknown
}

export interface MosaicJSON extends MosaicMembers {
  readonly tiles: Readonly<Record<string, readonly string[]>>
}

/** The document without `tiles`, absent members filled in as the specification says. */
export interface MosaicInfo {
  readonly mosaicjson: string
  readonly name?: string
  readonly description?: string
  readonly version: string
  readonly attribution?: string
  readonly minzoom: number
  readonly maxzoom: number
  readonly quadkeyZoom: number
  readonly bounds: BBox
  readonly center: readonly [lon: number, lat: number, zoom: number]
  readonly asset_prefix?: string
  /** The member as it was read. */
  readonly tilematrixset?: unknown
  /** Id of the tile matrix set that the quadkeys are of. */
  readonly tileMatrixSet: string
  /** All members but `tiles`, as they were read. */
  readonly members: MosaicMembers
}

export function textOf(mosaic: MosaicJSON): Uint8Array {
  return Buffer.from(JSON.stringify(mosaic))
}

/** A document whose tiles become objects when somebody asks for them: of a large one that takes long. */
export function lazyDocument(members: MosaicMembers, tiles: () => MosaicJSON['tiles']): MosaicJSON {
  let made: MosaicJSON['tiles'] | undefined
  const document = { ...members }
  Object.defineProperty(document, 'tiles', { enumerable: true, get: () => (made ??= tiles()) })
  return document as MosaicJSON
}
