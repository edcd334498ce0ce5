import { InvalidMosaicError } from '../errors.ts'
import type { BBox } from '../grid/bbox.ts'
import { DEFAULT_TMS, tileMatrixSet, TILE_MATRIX_SETS } from '../grid/tms.ts'
import type { MosaicInfo, MosaicMembers } from './document.ts'

type Members = Readonly<Record<string, unknown>>
const MAX_ZOOM = 30
const WORLD: BBox = [-180, -90, 180, 90]

/** Checks the members of a document and fills in what is absent. @throws InvalidMosaicError naming the member */
export function mosaicInfoOf(members: Members): MosaicInfo {
  const mosaicjson = text(members, 'mosaicjson')
  if (mosaicjson === undefined) throw new InvalidMosaicError('not a MosaicJSON document: the member "mosaicjson" is missing')
  const minzoom = zoom(members, 'minzoom') ?? missing('minzoom')
  const maxzoom = zoom(members, 'maxzoom') ?? missing('maxzoom')
  if (minzoom > maxzoom) throw new InvalidMosaicError(`minzoom (${minzoom}) is above maxzoom (${maxzoom})`)
  const bounds = boundsOf(members)
  return {
    mosaicjson,
    name: text(members, 'name'),
    description: text(members, 'description'),
    version: text(members, 'version') ?? '1.0.0',
    attribution: text(members, 'attribution'),
    minzoom,
    maxzoom,
    quadkeyZoom: zoom(members, 'quadkey_zoom') ?? minzoom,
    bounds,
    center: centerOf(members) ?? middle(bounds, minzoom),
    asset_prefix: text(members, 'asset_prefix'),
    tilematrixset: members.tilematrixset,
    tileMatrixSet: tileMatrixSetOf(members),
    members: members as MosaicMembers,
  }
}

function missing(name: string): never {
  throw new InvalidMosaicError(`the member "${name}" is missing`)
}

/** null counts as absent: cogeo-mosaic writes it. */
function member(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? (members[name] ?? undefined) : undefined
}

function text(members: Members, name: string): string | undefined {
  const value = member(members, name)
  if (value !== undefined && typeof value !== 'string')
    throw new InvalidMosaicError(`${name} must be a string, not ${shown(value)}`)
  return value
}

function zoom(members: Members, name: string): number | undefined {
  const value = member(members, name)
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_ZOOM) return value
  throw new InvalidMosaicError(`${name} must be a whole number from 0 to ${MAX_ZOOM}, not ${shown(value)}`)
}

function numbers(members: Members, name: string, count: number): number[] | undefined {
  const value = member(members, name)
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length !== count) {
    throw new InvalidMosaicError(`${name} must be an array of ${count} numbers, not ${shown(value)}`)
  }
  const wrong = value.findIndex((item) => typeof item !== 'number' || !Number.isFinite(item))
  if (wrong !== -1) throw new InvalidMosaicError(`${name}[${wrong}] must be a number, not ${shown(value[wrong])}`)
  return value
}

/** Degrees. A little beyond the globe is legal: pixels whose centres lie on its edge reach over it. minX > maxX crosses 180. */
function boundsOf(members: Members): BBox {
  const value = numbers(members, 'bounds', 4)
  if (!value) return WORLD
  const [minX, minY, maxX, maxY] = value
  const wrong = value.findIndex((degrees, i) => Math.abs(degrees) > (i % 2 === 0 ? 360 : 91))
  if (wrong !== -1) throw new InvalidMosaicError(`bounds[${wrong}] (${value[wrong]}) is not on the globe`)
  if (minY > maxY) throw new InvalidMosaicError(`bounds: the south edge (${minY}) is above the north edge (${maxY})`)
  return [minX, minY, maxX, maxY]
}

function centerOf(members: Members): readonly [number, number, number] | undefined {
  const value = numbers(members, 'center', 3)
  return value && [value[0], value[1], value[2]]
}

function middle([minX, minY, maxX, maxY]: BBox, minzoom: number): [number, number, number] {
  const x = (minX + maxX + (minX > maxX ? 360 : 0)) / 2
  return [x > 180 ? x - 360 : x, (minY + maxY) / 2, minzoom]
}

/** The quadkeys' grid is known by its id. @throws InvalidMosaicError for a set that we do not have or that has no quadkeys */
function tileMatrixSetOf(members: Members): string {
  const value = member(members, 'tilematrixset')
  if (value === undefined) return DEFAULT_TMS
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  if (typeof id !== 'string' || !TILE_MATRIX_SETS.includes(id)) {
    throw new InvalidMosaicError(`tilematrixset: ${shown(id)} is not a tile matrix set that is known here`)
  }
  if (!tileMatrixSet(id).quadtree) throw new InvalidMosaicError(`tilematrixset: ${id} has no quadkeys`)
  return id
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value)
  return json.length > 60 ? `${json.slice(0, 60)}\u2026` : json
}
