import type { BBox } from '../grid/bbox.ts'

interface Picture {
  readonly bbox: BBox
  readonly width: number
  readonly height: number
}

/**
 * The picture of a box that is larger by `pixels` on each side. A half pixel makes the picture one pixel larger in all, as in rio-tiler:
 * width and height grow by twice the pixels.
 */
export function grown({ bbox: [minX, minY, maxX, maxY], width, height }: Picture, pixels: number): Picture {
  const x = ((maxX - minX) / width) * pixels
  const y = ((maxY - minY) / height) * pixels
  const more = Math.trunc(pixels * 2)
  return { bbox: [minX - x, minY - y, maxX + x, maxY + y], width: width + more, height: height + more }
}
