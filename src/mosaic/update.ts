import { tileMatrixSet } from '../grid/tms.ts'
import { coveredTiles, type CoverOptions, MOSAICJSON, unionOf } from './create.ts'
import type { BBox } from '../grid/bbox.ts'
import type { MosaicInfo, MosaicJSON, MosaicMembers } from './document.ts'
import { footprintOf, type MosaicFeature } from './footprint.ts'
import { mosaicInfoOf } from './members.ts'

export interface UpdateOptions extends Omit<CoverOptions, 'assetPrefix'> {
  /** Before the present assets of a tile (the default, as in cogeo-mosaic), else behind them. */
  readonly addFirst?: boolean
}

type Tiles = Readonly<Record<string, readonly string[]>>

/** What an update makes of a mosaic: its members, and the tiles that it touches. */
export interface MosaicPatch {
  readonly members: MosaicMembers
  readonly tiles: ReadonlyMap<string, readonly string[]>
}

/**
 * The document with more features: their assets in the tiles that they meet, once each; bounds grown, version one higher at its last
 * digit. Members that are not known here stay. @throws ParameterError, InvalidMosaicError
 */
export function updatedMosaic(mosaic: MosaicJSON, features: readonly MosaicFeature[], options: UpdateOptions = {}): MosaicJSON {
  if (features.length === 0) return mosaic
  const info = mosaicInfoOf(mosaic)
  const added = addedTiles(info, features, options)
  const present = new Map(Object.keys(added).map((key) => [key, mosaic.tiles[key] ?? []]))
  const { members, tiles } = patchOf(info, features, added, present, options)
  return { ...mosaic, ...members, tiles: { ...mosaic.tiles, ...Object.fromEntries(tiles) } }
}

/** The assets of the features by quadkey: the only tiles that they change. @throws ParameterError */
export function addedTiles(info: MosaicInfo, features: readonly MosaicFeature[], options: UpdateOptions): Tiles {
  const { addFirst: _, ...cover } = options
  return coveredTiles(features, tileMatrixSet(info.tileMatrixSet), info.quadkeyZoom, { ...cover, assetPrefix: info.asset_prefix })
}

/** @param added as {@link addedTiles} has them. @param present assets of those tiles before; absent: none */
export function patchOf(
  info: MosaicInfo,
  features: readonly MosaicFeature[],
  added: Tiles,
  present: ReadonlyMap<string, readonly string[]>,
  { addFirst = true }: UpdateOptions,
): MosaicPatch {
  const tiles = Object.entries(added).map(([key, assets]): [string, readonly string[]] => {
    const before = present.get(key) ?? []
    return [key, [...new Set(addFirst ? [...assets, ...before] : [...before, ...assets])]]
  })
  const bounds = grownBounds(info.members.bounds ?? undefined, features)
  const { tiles: _, ...members } = info.members
  const center = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, info.minzoom] as const
  return {
    members: { ...members, mosaicjson: MOSAICJSON, version: nextVersion(info.version), bounds, center },
    tiles: new Map(tiles),
  }
}

/** Bounds across the antimeridian are as wide as they can be said to be only where they are left to the reader. */
function grownBounds(bounds: BBox | undefined, features: readonly MosaicFeature[]): BBox {
  const present = bounds && (bounds[0] <= bounds[2] ? [bounds] : [WORLD])
  return unionOf([...(present ?? []), ...features.flatMap((feature, i) => footprintOf(feature, i).boxes)])
}

const WORLD = [-180, -90, 180, 90] as const

/** `1.0.0` is followed by `1.0.1`; a text without a number at its end gets one. */
function nextVersion(version: string): string {
  const [, head = '', last] = /^(.*?)(\d+)$/s.exec(version) ?? []
  return last === undefined ? `${version}.1` : `${head}${BigInt(last) + 1n}`
}
