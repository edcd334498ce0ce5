import type { BBox } from '../grid/bbox.ts'
import { quadkeyToTile } from '../grid/quadkey.ts'
import { DEFAULT_TMS, tileAt, tileMatrixSet } from '../grid/tms.ts'
import type { MosaicStore } from '../stores/store.ts'
import { assetsForBbox, assetsForTile } from './search.ts'

/** What a small picture shows of a mosaic: all of it, or one of its tiles. */
export type ThumbnailPlace =
  | { readonly kind: 'box'; readonly bbox: BBox }
  | { readonly kind: 'tile'; readonly tms: string; readonly z: number; readonly x: number; readonly y: number }

/** Assets of a picture that is cheap. */
const FEW = 6
/** Web Mercator ends here. */
const MAX_LATITUDE = 85.05

/** The whole mosaic where few assets make it up, else the tile in its middle, or its first one where nothing lies there. @throws SmaltiError */
export async function thumbnailPlace(mosaic: MosaicStore, signal: AbortSignal): Promise<ThumbnailPlace> {
  const { bounds, center, minzoom, quadkeyZoom, tileMatrixSet: tms } = mosaic.info
  const [minX, minY, maxX, maxY] = bounds
  const bbox: BBox = [minX, Math.max(minY, -MAX_LATITUDE), maxX, Math.min(maxY, MAX_LATITUDE)]
  const isPlain = tms === DEFAULT_TMS && minX >= -180 && maxX <= 180 && minX < maxX && bbox[1] < bbox[3]
  if (isPlain) {
    const assets = await assetsForBbox(mosaic, bbox, limited(FEW + 1, signal))
    if (assets.length <= FEW) return { kind: 'box', bbox }
  }
  const z = Math.max(minzoom, quadkeyZoom)
  const middle = { ...tileAt(tileMatrixSet(tms), center[0], center[1], z), z }
  const there = await assetsForTile(mosaic, tileMatrixSet(tms), z, middle.x, middle.y, limited(1, signal))
  if (there.length > 0) return { kind: 'tile', tms, ...middle }
  for await (const key of mosaic.quadkeys()) {
    const first = quadkeyToTile(key)
    if (first) return { kind: 'tile', tms, ...first }
  }
  return { kind: 'tile', tms, ...middle }
}

function limited(limit: number, signal: AbortSignal) {
  return { maxAssets: Number.MAX_SAFE_INTEGER, limit, signal }
}
