import type { Affine } from '../grid/affine.ts'
import { DEFAULT_TMS, tileBounds, tileMatrixSet } from '../grid/tms.ts'

/** Pixels of one side of a block of the overview file. */
export const BLOCK = 512
/** Pixels of one side of a tile, as the tile matrix set has it. */
export const TILE = 256

/** Columns and rows of tiles, the last ones included. */
export interface TileRange {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
}

export interface LevelSize {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Blocks. */
  readonly columns: number
  readonly rows: number
}

/** Where the pixels of an overview file lie: on those of the tiles of one zoom of WebMercatorQuad. */
export interface OverviewGrid {
  readonly zoom: number
  /** Tile whose upper left pixel is the file's. Both numbers are even, so that a block holds 2 x 2 whole tiles. */
  readonly originX: number
  readonly originY: number
  readonly transform: Affine
  /** The full image first; each further one has half the pixels, down to one block. */
  readonly levels: readonly LevelSize[]
}

/** The grid over a range of tiles of a zoom, grown so that all its levels are exact halves. */
export function overviewGrid(zoom: number, { minX, minY, maxX, maxY }: TileRange): OverviewGrid {
  const originX = minX - (minX % 2)
  const originY = minY - (minY % 2)
  const columns = (maxX - originX + 1) * TILE
  const rows = (maxY - originY + 1) * TILE
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.max(columns, rows) / BLOCK)))
  // A pixel of the coarsest level is 2^halvings wide: the size is a multiple of it.
  const step = 2 ** halvings
  let width = Math.ceil(columns / step) * step
  const height = Math.ceil(rows / step) * step
  // Readers (rasterio) take an image that is as wide as its blocks for one of strips: one column more, which is not stored.
  while (Array.from({ length: halvings }, (_, level) => width / 2 ** level).includes(BLOCK)) width += step
  const [left, , right, top] = tileBounds(tileMatrixSet(DEFAULT_TMS), zoom, originX, originY)
  const pixel = (right - left) / TILE
  return {
    zoom,
    originX,
    originY,
    transform: [pixel, 0, left, 0, -pixel, top],
    levels: Array.from({ length: halvings + 1 }, (_, level) => levelSize(width / 2 ** level, height / 2 ** level)),
  }
}

function levelSize(width: number, height: number): LevelSize {
  return { width, height, columns: Math.ceil(width / BLOCK), rows: Math.ceil(height / BLOCK) }
}

/** Ground size of a pixel of a 256-pixel tile of WebMercatorQuad, in metres of its CRS. */
export function pixelSize(zoom: number): number {
  const [left, , right] = tileBounds(tileMatrixSet(DEFAULT_TMS), zoom, 0, 0)
  return (right - left) / TILE
}
