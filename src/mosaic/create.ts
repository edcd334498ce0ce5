import { InvalidMosaicError, ParameterError, TooLargeError } from '../errors.ts'
import type { BBox } from '../grid/bbox.ts'
import { WGS84 } from '../grid/crs.ts'
import { quadkey } from '../grid/quadkey.ts'
import { DEFAULT_TMS, tileAt, tileBounds, type TileMatrixSet, tileMatrixSet } from '../grid/tms.ts'
import { transformer } from '../grid/transformer.ts'
import type { MosaicJSON } from './document.ts'
import { area, type Footprint, footprintOf, type MosaicFeature, overlap } from './footprint.ts'
import type { TileBox } from './tile-box.ts'

/** A feature at one tile, with the part of the tile that it covers: 0 where they only touch, 1 where it covers all. */
export interface TileCandidate {
  readonly feature: MosaicFeature
  readonly cover: number
}

export interface CoverOptions {
  /** The asset that a feature stands for; default its `properties.path`. */
  readonly accessor?: (feature: MosaicFeature) => string
  /** Chooses and orders the features of one tile, after `minimumTileCover` and the like; they come in the order of the input. */
  readonly assetFilter?: (tile: TileAddress, candidates: readonly TileCandidate[]) => readonly TileCandidate[]
  /** 0 to 1: only features that cover more of the tile than this. */
  readonly minimumTileCover?: number
  /** Those that cover most of the tile come first; equal ones as they came. */
  readonly tileCoverSort?: boolean
  readonly maximumItemsPerTile?: number
  /** Cut off the assets that begin with it, and stored beside them. */
  readonly assetPrefix?: string
  /** Tiles that the features may lie on (8,000,000). */
  readonly maxTiles?: number
}

export interface CreateOptions extends CoverOptions {
  readonly minzoom: number
  readonly maxzoom: number
  /** Default minzoom. 0 is legal. */
  readonly quadkeyZoom?: number
  /** Id of a tile matrix set that has quadkeys; default WebMercatorQuad. */
  readonly tms?: string
  /** Further members of the document: name, attribution … */
  readonly members?: Readonly<Record<string, unknown>>
}

export interface TileAddress {
  readonly x: number
  readonly y: number
  readonly z: number
}

/** Version of the specification that is written. */
export const MOSAICJSON = '0.0.3'
/** Tiles under one mosaic's features: more are a mistake in the zoom. */
const MAX_TILES = 8_000_000
/** Parts of a tile's area: less is an edge that two tiles share, and rounding. */
const NOTHING = 1e-9

/**
 * A mosaic of features: each tile of quadkey_zoom under one of them, with the assets of all that it meets, in the order of the input.
 * @throws ParameterError, TooLargeError
 */
export function fromFeatures(features: readonly MosaicFeature[], options: CreateOptions): MosaicJSON {
  const { minzoom, maxzoom, quadkeyZoom = minzoom, tms: id = DEFAULT_TMS, assetPrefix, members } = options
  checkZooms(minzoom, maxzoom, quadkeyZoom)
  const tms = tileMatrixSet(id)
  if (!tms.quadtree) throw new ParameterError('tms', `tms: ${id} has no quadkeys`)
  if (features.length === 0) throw new ParameterError('features', 'features: there is none')
  const tiles = coveredTiles(features, tms, quadkeyZoom, options)
  const bounds = unionOf(features.flatMap((feature, i) => footprintOf(feature, i).boxes))
  return {
    mosaicjson: MOSAICJSON,
    version: '1.0.0',
    ...members,
    minzoom,
    maxzoom,
    quadkey_zoom: quadkeyZoom,
    bounds,
    center: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, minzoom],
    ...(id !== DEFAULT_TMS && { tilematrixset: tms.definition }),
    ...(assetPrefix !== undefined && { asset_prefix: assetPrefix }),
    tiles,
  }
}

/** Assets by quadkey, quadkeys in order. */
export function coveredTiles(
  features: readonly MosaicFeature[],
  tms: TileMatrixSet,
  zoom: number,
  options: CoverOptions,
): Record<string, string[]> {
  const { accessor = pathOf, assetPrefix = '', maxTiles = MAX_TILES } = options
  const found: Record<string, string[]> = {}
  for (const [key, { tile, candidates }] of candidatesByTile(features, tms, zoom, maxTiles)) {
    const chosen = choose(tile, candidates, options)
    const assets = chosen.map(({ feature }) => {
      const asset = accessor(feature)
      if (typeof asset !== 'string') throw new ParameterError('accessor', 'accessor: must give a text for every feature')
      return assetPrefix !== '' && asset.startsWith(assetPrefix) ? asset.slice(assetPrefix.length) : asset
    })
    if (assets.length > 0) found[key] = [...new Set(assets)]
  }
  return found
}

/** Tiles of a zoom that lie under the boxes of the features: as many as are looked at. @throws ParameterError */
export function tilesUnder(features: readonly MosaicFeature[], tms: TileMatrixSet, zoom: number): number {
  return features.reduce(
    (sum, feature, i) => sum + rangesUnder(footprintOf(feature, i), tms, zoom).reduce((all, range) => all + countOf(range), 0),
    0,
  )
}

interface Covered {
  readonly tile: TileAddress
  readonly candidates: TileCandidate[]
}

function candidatesByTile(
  features: readonly MosaicFeature[],
  tms: TileMatrixSet,
  zoom: number,
  maxTiles: number,
): [string, Covered][] {
  const covered = new Map<string, Covered>()
  /** Features that touch a tile's edge only: they count where another one makes the tile. In cogeo-mosaic so too. */
  const touched = new Map<string, { readonly i: number; readonly feature: MosaicFeature }[]>()
  const order = new Map<MosaicFeature, number>()
  let looked = 0
  for (const [i, feature] of features.entries()) {
    order.set(feature, i)
    const footprint = footprintOf(feature, i)
    const ranges = rangesUnder(footprint, tms, zoom)
    looked += ranges.reduce((sum, range) => sum + countOf(range), 0)
    if (looked > maxTiles) {
      throw new TooLargeError(`the features lie on more than ${maxTiles} tiles of zoom ${zoom}`)
    }
    for (const tile of tilesIn(ranges, zoom)) {
      const key = quadkey(tile.x, tile.y, tile.z)
      const outline = outlineOf(tms, tile)
      const { area: common, touches } = overlap(footprint, outline)
      const cover = common / Math.abs(area(outline))
      if (cover > NOTHING) {
        const here = covered.get(key) ?? { tile, candidates: [] }
        here.candidates.push({ feature, cover: Math.min(1, cover) })
        covered.set(key, here)
      } else if (touches) {
        const here = touched.get(key) ?? []
        here.push({ i, feature })
        touched.set(key, here)
      }
    }
  }
  for (const [key, { candidates }] of covered) {
    const more = touched.get(key)
    if (!more) continue
    candidates.push(...more.map(({ feature }) => ({ feature, cover: 0 })))
    candidates.sort((a, b) => (order.get(a.feature) ?? 0) - (order.get(b.feature) ?? 0))
  }
  return [...covered].sort(([a], [b]) => (a < b ? -1 : 1))
}

function choose(tile: TileAddress, candidates: readonly TileCandidate[], options: CoverOptions): readonly TileCandidate[] {
  const { minimumTileCover = 0, tileCoverSort = false, maximumItemsPerTile, assetFilter } = options
  if (!(minimumTileCover >= 0 && minimumTileCover <= 1)) {
    throw new ParameterError('minimumTileCover', 'minimumTileCover: must be from 0 to 1')
  }
  // Filter and order look at the same pairs, so that a cover never goes with another feature.
  const enough = minimumTileCover > 0 ? candidates.filter(({ cover }) => cover > minimumTileCover) : candidates
  const ordered = tileCoverSort ? enough.toSorted((a, b) => b.cover - a.cover) : enough
  const filtered = assetFilter ? assetFilter(tile, ordered) : ordered
  return maximumItemsPerTile === undefined ? filtered : filtered.slice(0, maximumItemsPerTile)
}

/** Of each part, the tiles under its box. */
function rangesUnder({ boxes }: Footprint, tms: TileMatrixSet, z: number): readonly TileBox[] {
  return boxes.map(([minX, minY, maxX, maxY]) => {
    const corners = [
      tileAt(tms, minX, maxY, z),
      tileAt(tms, maxX, minY, z),
      tileAt(tms, minX, minY, z),
      tileAt(tms, maxX, maxY, z),
    ]
    const columns = corners.map(({ x }) => x)
    const rows = corners.map(({ y }) => y)
    return { minCol: Math.min(...columns), minRow: Math.min(...rows), maxCol: Math.max(...columns), maxRow: Math.max(...rows) }
  })
}

function countOf({ minCol, minRow, maxCol, maxRow }: TileBox): number {
  return (maxCol - minCol + 1) * (maxRow - minRow + 1)
}

/** Each tile once, though parts may have it in common. */
function* tilesIn(ranges: readonly TileBox[], z: number): Generator<TileAddress> {
  for (const [i, { minCol, minRow, maxCol, maxRow }] of ranges.entries()) {
    const earlier = ranges.slice(0, i)
    for (let x = minCol; x <= maxCol; x++) {
      for (let y = minRow; y <= maxRow; y++) {
        if (!earlier.some((box) => x >= box.minCol && x <= box.maxCol && y >= box.minRow && y <= box.maxRow)) yield { x, y, z }
      }
    }
  }
}

/** A tile's corners in degrees. */
function outlineOf(tms: TileMatrixSet, { x, y, z }: TileAddress): readonly (readonly [number, number])[] {
  const [minX, minY, maxX, maxY] = tileBounds(tms, z, x, y)
  const { forward } = transformer(tms.crs, WGS84)
  return [forward(minX, minY), forward(maxX, minY), forward(maxX, maxY), forward(minX, maxY)]
}

function pathOf({ properties }: MosaicFeature): string {
  return properties?.path as string
}

export function unionOf(boxes: readonly BBox[]): BBox {
  const [first, ...rest] = boxes
  return rest.reduce<BBox>(
    (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])],
    first,
  )
}

function checkZooms(minzoom: number, maxzoom: number, quadkeyZoom: number): void {
  for (const [name, zoom] of Object.entries({ minzoom, maxzoom, quadkeyZoom })) {
    if (!Number.isInteger(zoom) || zoom < 0 || zoom > 30)
      throw new ParameterError(name, `${name}: must be a whole number from 0 to 30`)
  }
  if (minzoom > maxzoom) throw new InvalidMosaicError(`minzoom (${minzoom}) is above maxzoom (${maxzoom})`)
}
