import type { PlaceRequest } from '../../src/part.ts'
import { outputSize } from '../../src/raster/part-size.ts'
import type { Size } from '../../src/grid/level.ts'
import type { PictureAnswer } from '../../src/tile.ts'

/** Query parameters of a place; width and height in the path go before them. */
export interface PlaceQuery {
  readonly coord_crs?: string
  readonly dst_crs?: string
  readonly max_size?: number
  readonly width?: number
  readonly height?: number
}

export function placeRequest(query: PlaceQuery, path: { readonly width?: number; readonly height?: number } = {}): PlaceRequest {
  const width = path.width ?? query.width
  const height = path.height ?? query.height
  // What does not count is left out: the same picture is the same request.
  const maxSize = width || height ? undefined : query.max_size
  return { coordCrs: query.coord_crs, dstCrs: query.dst_crs, width, height, maxSize }
}

const BLANK = 256

/** Size of a picture without data: as asked for, in the proportions of its box. */
export function blankSize({ width, height, maxSize }: PlaceRequest, { bbox: [minX, minY, maxX, maxY] }: PictureAnswer): Size {
  const scale = 1e6 / Math.max(Math.abs(maxX - minX), Math.abs(maxY - minY))
  const native = { width: Math.abs(maxX - minX) * scale, height: Math.abs(maxY - minY) * scale }
  return outputSize(native, width || height ? { width, height } : { maxSize: maxSize ?? BLANK })
}
