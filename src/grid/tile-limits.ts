import type { BBox } from './bbox.ts'
import { tileAt, tileMatrix, type TileMatrixSet } from './tms.ts'

/** Which tiles of one level cover a box. OGC 17-083r4, TileMatrixLimits: both ends included. */
export interface TileMatrixLimits {
  readonly tileMatrix: string
  readonly minTileRow: number
  readonly maxTileRow: number
  readonly minTileCol: number
  readonly maxTileCol: number
}

/** Limits of the levels minzoom to maxzoom (cut to the set's own) around a box in degrees; over the antimeridian all columns. */
export function tileMatrixLimits(tms: TileMatrixSet, bounds: BBox, minzoom: number, maxzoom: number): TileMatrixLimits[] {
  const [west, south, east, north] = bounds
  const first = Math.max(minzoom, tms.minzoom)
  const last = Math.min(maxzoom, tms.maxzoom)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const z = first + i
    const matrix = tileMatrix(tms, z)
    const a = tileAt(tms, west, north, z)
    const b = tileAt(tms, east, south, z)
    const around = west > east
    return {
      tileMatrix: matrix.id,
      minTileRow: Math.min(a.y, b.y),
      maxTileRow: Math.max(a.y, b.y),
      minTileCol: around ? 0 : Math.min(a.x, b.x),
      maxTileCol: around ? matrix.matrixWidth - 1 : Math.max(a.x, b.x),
    }
  })
}
