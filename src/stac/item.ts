import { InvalidItemError } from '../errors.ts'
import type { BBox } from '../grid/bbox.ts'
import { boxOf } from '../mosaic/footprint.ts'
import { resolveAddress } from '../net/address.ts'
import { type Json, list, numbers, record, text } from './members.ts'
import { projectionOf, type Projection } from './projection.ts'
import { statedBands, type StatedBand } from './stated-bands.ts'

/** An asset that can be read: a GeoTIFF, by its media type, or one without a media type. */
export interface ItemAsset {
  readonly name: string
  /** As the item means it, relative ones against the item's own address. */
  readonly href: string
  /** What the item says of the bands, in their order; empty: nothing. */
  readonly bands: readonly StatedBand[]
  /** Where the file lies, from `proj:*` of the asset, else of the item. */
  readonly projection?: Projection
}

/** A STAC item, as far as tiles need it. */
export interface StacItem {
  readonly id: string
  /** Degrees, WGS84: the item's `bbox`, else that of its geometry. */
  readonly bounds: BBox
  /** In the item's order. */
  readonly assets: ReadonlyMap<string, ItemAsset>
}

const GEOTIFF = /^image\/(tiff|x\.geotiff|vnd\.stac\.geotiff)\s*(;|$)/i

/**
 * Reads a STAC item, 0.9 to 1.1. @param address of the document. @param alternate key of the `alternate` addresses that go before `href`
 * @throws InvalidItemError that says what is wrong
 */
export function parseItem(
  document: unknown,
  { address, name, alternate }: { address: string; name: string; alternate?: string },
): StacItem {
  const item = record(document)
  if (!item) throw new InvalidItemError(`${name}: is not a STAC item: not a JSON object`)
  if (item.type !== 'Feature')
    throw new InvalidItemError(`${name}: is not a STAC item: its type is ${said(item.type)}, not "Feature"`)
  if (typeof item.stac_version !== 'string') throw new InvalidItemError(`${name}: is not a STAC item: it has no stac_version`)
  const given = record(item.assets)
  if (!given) throw new InvalidItemError(`${name}: is not a STAC item: it has no assets`)
  const bounds = boundsOf(item)
  if (!bounds) throw new InvalidItemError(`${name}: has neither a bbox nor a geometry`)
  const properties = record(item.properties) ?? {}
  const assets = new Map<string, ItemAsset>()
  for (const [key, value] of Object.entries(given)) {
    const asset = record(value)
    const type = text(asset?.type)
    if (!asset || (type !== undefined && !GEOTIFF.test(type))) continue
    const href = hrefOf(asset, alternate)
    if (href === undefined) continue
    const projection = projectionOf(asset, properties) ?? projectionOf(properties, properties)
    assets.set(key, { name: key, href: resolved(address, href), bands: statedBands(asset), projection })
  }
  if (assets.size === 0) throw new InvalidItemError(`${name}: has no asset that is a GeoTIFF`)
  return { id: text(item.id) ?? 'item', bounds, assets }
}

function hrefOf(asset: Json, alternate: string | undefined): string | undefined {
  const other = alternate === undefined ? undefined : record(record(asset.alternate)?.[alternate])
  return text(other?.href) ?? text(asset.href)
}

function resolved(address: string, href: string): string {
  // GDAL's /vsi… names are absolute wherever they stand.
  return href.startsWith('/vsi') ? href : resolveAddress(address, href)
}

function boundsOf(item: Json): BBox | undefined {
  const bbox = numbers(item.bbox)
  if (bbox?.length === 4) return [bbox[0], bbox[1], bbox[2], bbox[3]]
  if (bbox?.length === 6) return [bbox[0], bbox[1], bbox[3], bbox[4]]
  const positions = positionsOf(record(item.geometry)?.coordinates)
  return positions.length > 0 ? boxOf(positions) : undefined
}

/** Coordinates of a MultiPolygon are the deepest. */
const DEEPEST = 4

function positionsOf(coordinates: unknown, depth = 0): (readonly number[])[] {
  const position = numbers(coordinates)
  if (position) return position.length >= 2 ? [position] : []
  return depth === DEEPEST ? [] : list(coordinates).flatMap((inner) => positionsOf(inner, depth + 1))
}

function said(type: unknown): string {
  return typeof type === 'string' ? JSON.stringify(type.slice(0, 40)) : 'missing'
}
