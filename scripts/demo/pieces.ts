import type { Compression } from '../fixtures/block-codec.ts'
import type { Grid, WorldPicture } from './world-picture.ts'

/** One file of the demo. */
export interface Piece extends Grid {
  readonly file: string
  readonly compression: Compression
  /** Only an ellipse of it is valid, by an internal mask. */
  readonly ellipse?: boolean
}

/** Half the side of Web Mercator's square, metres. */
const HALF_WORLD = 20037508.342789244
/** Pixels that neighbours have in common, on each side of the border: no gap after resampling. */
const OVERLAP = 4
const CYCLE: readonly Compression[] = ['jpeg', 'webp', 'deflate']

/**
 * The world in `columns` x `rows` pieces at the picture's resolution, by turns in EPSG:4326 (exact pixels of the picture)
 * and EPSG:3857 (resampled), compressions in turn.
 */
export function worldPieces({ width, height }: WorldPicture, columns: number, rows: number, compressions = CYCLE): Piece[] {
  const pieces: Piece[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const compression = compressions[(row + column) % compressions.length]
      const file = `r${row}c${column}.tif`
      const x0 = Math.max((column * width) / columns - OVERLAP, 0)
      const x1 = Math.min(((column + 1) * width) / columns + OVERLAP, width)
      const edges = [row, row + 1].map((edge) => 90 - (edge * 180) / rows)
      const grid = (row + column) % 2 === 0 ? degrees(width, height, x0, x1, edges) : mercator(width, x0, x1, edges)
      pieces.push({ ...grid, file, compression })
    }
  }
  return pieces
}

function degrees(width: number, height: number, x0: number, x1: number, [north, south]: readonly number[]): Grid {
  const pixel = 360 / width
  const y0 = Math.max((90 - north) / pixel - OVERLAP, 0)
  const y1 = Math.min((90 - south) / pixel + OVERLAP, height)
  return { epsg: 4326, width: x1 - x0, height: y1 - y0, transform: [pixel, 0, x0 * pixel - 180, 0, -pixel, 90 - y0 * pixel] }
}

function mercator(width: number, x0: number, x1: number, [north, south]: readonly number[]): Grid {
  const pixel = (2 * HALF_WORLD) / width
  const y0 = Math.max(Math.floor(mercatorRow(north, width)) - OVERLAP, 0)
  const y1 = Math.min(Math.ceil(mercatorRow(south, width)) + OVERLAP, width)
  return {
    epsg: 3857,
    width: x1 - x0,
    height: y1 - y0,
    transform: [pixel, 0, x0 * pixel - HALF_WORLD, 0, -pixel, HALF_WORLD - y0 * pixel],
  }
}

/** Pixel row of a latitude in a Web Mercator square of `side` pixels; clamped to the square. */
function mercatorRow(latitude: number, side: number): number {
  const sin = Math.sin((latitude * Math.PI) / 180)
  return Math.min(Math.max((0.5 - Math.atanh(sin) / (2 * Math.PI)) * side, 0), side)
}

/** Ellipses in UTM that lie on top of the others: 1300 km x 1100 km at 5 km. */
export const UTM_PIECES: readonly Piece[] = [
  utm('utm-alps', 32632, 5_200_000, 'jpeg'),
  utm('utm-rockies', 32613, 4_370_000, 'webp'),
  utm('utm-fuji', 32654, 3_980_000, 'deflate'),
  utm('utm-kilimanjaro', 32737, 9_670_000, 'jpeg'),
  utm('utm-new-zealand', 32759, 5_180_000, 'webp'),
]

function utm(name: string, epsg: number, northing: number, compression: Compression): Piece {
  const width = 260
  const height = 220
  const pixel = 5000
  const transform = [pixel, 0, 500_000 - (width / 2) * pixel, 0, -pixel, northing + (height / 2) * pixel] as const
  return { file: `${name}.tif`, epsg, width, height, transform, compression, ellipse: true }
}

/** 255 inside the ellipse that fills the grid, 0 outside. */
export function ellipseMask({ width, height }: Grid): Uint8Array {
  const mask = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const x = ((col + 0.5) / width) * 2 - 1
      const y = ((row + 0.5) / height) * 2 - 1
      mask[row * width + col] = x * x + y * y <= 1 ? 255 : 0
    }
  }
  return mask
}
