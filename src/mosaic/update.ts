import { tileMatrixSet } from '../grid/tms.ts'
import { coveredTiles, type CoverOptions, MOSAICJSON, unionOf } from './create.ts'
import type { MosaicJSON } from './document.ts'
import { footprintOf, type MosaicFeature } from './footprint.ts'
import { mosaicInfoOf } from './members.ts'

export interface UpdateOptions extends Omit<CoverOptions, 'assetPrefix'> {
  /** Before the present assets of a tile (the default, as in cogeo-mosaic), else behind them. */
  readonly addFirst?: boolean
}

/**
 * The document with more features: their assets in the tiles that they meet, once each; bounds grown, version one higher at its last
 * digit. Members that are not known here stay. @throws ParameterError, InvalidMosaicError
 */
export function updatedMosaic(mosaic: MosaicJSON, features: readonly MosaicFeature[], options: UpdateOptions = {}): MosaicJSON {
  if (features.length === 0) return mosaic
  const { addFirst = true, ...cover } = options
  const info = mosaicInfoOf(mosaic)
  const added = coveredTiles(features, tileMatrixSet(info.tileMatrixSet), info.quadkeyZoom, {
    ...cover,
    assetPrefix: info.asset_prefix,
  })
  const tiles: Record<string, readonly string[]> = { ...mosaic.tiles }
  for (const [key, assets] of Object.entries(added)) {
    const present = tiles[key] ?? []
    tiles[key] = [...new Set(addFirst ? [...assets, ...present] : [...present, ...assets])]
  }
  const boxes = features.flatMap((feature, i) => footprintOf(feature, i).boxes)
  // Bounds across the antimeridian are as wide as they can be said to be only where they are left to the reader.
  const present = mosaic.bounds && mosaic.bounds[0] <= mosaic.bounds[2] ? [mosaic.bounds] : mosaic.bounds ? [WORLD] : []
  const bounds = unionOf([...present, ...boxes])
  return {
    ...mosaic,
    mosaicjson: MOSAICJSON,
    version: nextVersion(info.version),
    bounds,
    center: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, info.minzoom],
    tiles,
  }
}

const WORLD = [-180, -90, 180, 90] as const

/** `1.0.0` is followed by `1.0.1`; a text without a number at its end gets one. */
function nextVersion(version: string): string {
  const [, head = '', last] = /^(.*?)(\d+)$/s.exec(version) ?? []
  return last === undefined ? `${version}.1` : `${head}${BigInt(last) + 1n}`
}
