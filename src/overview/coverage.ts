import { NoAssetsError, TooLargeError } from '../errors.ts'
import { quadkeyToTile } from '../grid/quadkey.ts'
import { DEFAULT_TMS, tileAt, tileMatrixSet } from '../grid/tms.ts'
import { splitAtAntimeridian } from '../mosaic/search.ts'
import type { MosaicStore } from '../stores/store.ts'
import { BLOCK, overviewGrid, type OverviewGrid, TILE, type TileRange } from './overview-grid.ts'

/** Blocks of the largest overview: their places stand in its header. */
const MAX_BLOCKS = 2 ** 20
/** Column and row as one number: 2^26 columns are those of zoom 26. */
const ROW = 2 ** 26

export interface Coverage {
  readonly grid: OverviewGrid
  /** Blocks of the full image that may have pixels: 1, row by row. */
  readonly blocks: Uint8Array
}

export interface CoverageOptions {
  /** Default the mosaic's minzoom. */
  readonly zoom?: number
  /** Pixels of the longer side: the zoom is lowered until it is kept. */
  readonly maxSize: number
}

/** Which blocks of which grid a mosaic touches, by its quadkeys. @throws NoAssetsError, TooLargeError */
export async function coverageOf(store: MosaicStore, { zoom: wanted, maxSize }: CoverageOptions): Promise<Coverage> {
  const top = wanted ?? store.info.minzoom
  const tiles = await tilesOf(store, top)
  if (tiles.length === 0) throw new NoAssetsError('the mosaic has no tiles, so there is nothing to make an overview of')
  for (let zoom = top; ; zoom--) {
    const ranges = tiles.map((tile) => atZoom(tile, zoom))
    const grid = overviewGrid(zoom, unionOf(ranges))
    const [full] = grid.levels
    if (zoom > 0 && Math.max(full.width, full.height) > Math.max(BLOCK, maxSize)) continue
    if (full.columns * full.rows > MAX_BLOCKS) {
      throw new TooLargeError(
        `an overview of ${full.width} x ${full.height} pixels has more than ${MAX_BLOCKS} blocks`,
        '--max-size',
      )
    }
    return { grid, blocks: blocksUnder(grid, ranges) }
  }
}

interface TileSpan extends TileRange {
  readonly zoom: number
}

/** The tiles that the mosaic has assets in, none finer than `zoom`. */
async function tilesOf(store: MosaicStore, zoom: number): Promise<TileSpan[]> {
  const { tileMatrixSet: id, quadkeyZoom, bounds } = store.info
  if (id !== DEFAULT_TMS) return boundsTiles(bounds, zoom)
  const keyZoom = Math.min(quadkeyZoom, zoom)
  const found = new Set<number>()
  for await (const key of store.quadkeys()) {
    const tile = quadkeyToTile(key.slice(0, keyZoom))
    if (tile) found.add(tile.x * ROW + tile.y)
  }
  return Array.from(found, (packed) => {
    const [x, y] = [Math.floor(packed / ROW), packed % ROW]
    return { zoom: keyZoom, minX: x, minY: y, maxX: x, maxY: y }
  })
}

/** Quadkeys of another grid say nothing here: everything within the bounds. */
function boundsTiles(bounds: MosaicStore['info']['bounds'], zoom: number): TileSpan[] {
  const tms = tileMatrixSet(DEFAULT_TMS)
  return splitAtAntimeridian(bounds).map(([minX, minY, maxX, maxY]) => {
    const first = tileAt(tms, minX, maxY, zoom)
    const last = tileAt(tms, maxX, minY, zoom)
    return { zoom, minX: first.x, minY: first.y, maxX: last.x, maxY: last.y }
  })
}

function atZoom({ zoom, minX, minY, maxX, maxY }: TileSpan, wanted: number): TileRange {
  const factor = 2 ** (wanted - zoom)
  return {
    minX: Math.floor(minX * factor),
    minY: Math.floor(minY * factor),
    maxX: Math.ceil((maxX + 1) * factor) - 1,
    maxY: Math.ceil((maxY + 1) * factor) - 1,
  }
}

function unionOf(ranges: readonly TileRange[]): TileRange {
  return ranges.reduce((a, b) => ({
    minX: Math.min(a.minX, b.minX),
    minY: Math.min(a.minY, b.minY),
    maxX: Math.max(a.maxX, b.maxX),
    maxY: Math.max(a.maxY, b.maxY),
  }))
}

function blocksUnder({ originX, originY, levels: [full] }: OverviewGrid, ranges: readonly TileRange[]): Uint8Array {
  const blocks = new Uint8Array(full.columns * full.rows)
  const perBlock = BLOCK / TILE
  for (const { minX, minY, maxX, maxY } of ranges) {
    const first = Math.floor((minX - originX) / perBlock)
    const last = Math.floor((maxX - originX) / perBlock)
    for (let row = Math.floor((minY - originY) / perBlock); row <= Math.floor((maxY - originY) / perBlock); row++) {
      blocks.fill(1, row * full.columns + first, row * full.columns + last + 1)
    }
  }
  return blocks
}
