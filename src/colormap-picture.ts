import { type Encoded, encodeRaster } from './encode-raster.ts'
import type { FormatName } from './encode/registry.ts'
import { WEB_MERCATOR } from './grid/crs.ts'
import { newTrace } from './net/source.ts'

export interface ColormapPicture {
  readonly name: string
  readonly format: FormatName
  readonly orientation: 'horizontal' | 'vertical'
  /** Pixels. */
  readonly width: number
  readonly height: number
}

const COLORS = 256

/** A bar of the colours 0 to 255: from left to right, or from top to bottom. */
export async function colormapPicture({ name, format, orientation, width, height }: ColormapPicture): Promise<Encoded> {
  const values = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const along = orientation === 'horizontal' ? (column + 0.5) / width : (row + 0.5) / height
      values[row * width + column] = along * COLORS
    }
  }
  const mask = new Uint8Array(values.length).fill(255)
  const raster = {
    width,
    height,
    dtype: 'uint8' as const,
    bands: [values],
    masks: [mask],
    transform: [1, 0, 0, 0, -1, 0] as const,
    crs: WEB_MERCATOR,
  }
  return encodeRaster(raster, { format, colormap: { kind: 'named', name }, returnMask: true }, newTrace())
}
