import type { BBox } from '../grid/bbox.ts'
import type { WarpedPart } from './part-plan.ts'
import type { Raster } from './raster.ts'

/** What a raster is beside its samples: where it lies and what its file says of it. Plain data: it travels to a raster thread. */
export interface PartFrame extends Pick<Raster, 'dtype' | 'wholeNumbers' | 'ranges' | 'palette' | 'crs'> {
  readonly bbox: BBox
}

/** The samples of a part in their frame. */
export function rasterOf(part: WarpedPart, { bbox, ...frame }: PartFrame): Raster {
  const [minX, minY, maxX, maxY] = bbox
  const transform = [(maxX - minX) / part.width, 0, minX, 0, (minY - maxY) / part.height, maxY] as const
  const { dtype = frame.dtype, wholeNumbers = frame.wholeNumbers } = part
  return { ...frame, ...part, dtype, wholeNumbers, transform }
}
