import type { PictureEncoder } from './encode/encoder.ts'
import { encoders } from './encode/registry.ts'
import { indexedByColormap } from './encode/indexed-by-colormap.ts'
import type { FormatName } from './encode/registry.ts'
import { addStage } from './net/source.ts'
import type { Trace } from './net/source.ts'
import { freeMemory, freeRaster } from './raster/free-memory.ts'
import type { Raster } from './raster/raster.ts'
import { applyColormap } from './render/colormap/apply.ts'
import { isMasked } from './render/mask.ts'
import { type IndexUse, paletteColormap } from './render/palette.ts'
import { render } from './render/render.ts'
import { shade, type Shading } from './render/shade.ts'

export interface RenderOptions extends Shading, IndexUse {
  /** undefined: PNG where a pixel is masked, else JPEG. */
  readonly format?: FormatName
  readonly returnMask: boolean
}

export interface Encoded {
  readonly body: Uint8Array
  readonly mediaType: string
}

/** PNG without an extension: 8 bits, as for a picture that a person looks at. */
const PNG8: PictureEncoder = { ...encoders.png, depths: [8] }

/** Shades values; renders them into a picture, or leaves them as they are, as the format wants; and encodes them. */
export async function encodeRaster(raster: Raster, options: RenderOptions, trace: Trace): Promise<Encoded> {
  const start = performance.now()
  const wanted = options.format && encoders[options.format]
  const encodeIndexed = wanted?.kind === 'picture' ? wanted.encodeIndexed : undefined
  const colormap = options.colormap ?? paletteColormap(raster, options, wanted ?? PNG8)
  const values = shade(raster, { ...options, colormap: undefined })
  const indexed = colormap && options.returnMask && encodeIndexed ? indexedByColormap(values, colormap) : undefined
  if (indexed && wanted && encodeIndexed) {
    addStage(trace, 'render', start)
    const encodeStart = performance.now()
    const body = encodeIndexed(indexed)
    if (values !== raster) freeRaster(values, raster)
    addStage(trace, 'encode', encodeStart)
    return { body, mediaType: wanted.mediaType }
  }
  const shaded = colormap ? applyColormap(values, colormap) : values
  const encoder = wanted ?? (isMasked(shaded) ? PNG8 : encoders.jpeg)
  if (encoder.kind === 'array') {
    const body = await encoder.encode(shaded, { mask: options.returnMask })
    addStage(trace, 'encode', start)
    return { body, mediaType: encoder.mediaType }
  }
  // A mosaic's assets may differ in what they say of themselves, and so would its tiles.
  const ownRanges = (options.kind ?? 'mosaic') !== 'mosaic' && !options.algorithm ? raster.ranges : undefined
  const picture = render(shaded, { ownRanges, returnMask: options.returnMask, encoder })
  addStage(trace, 'render', start)
  const encodeStart = performance.now()
  const body = await encoder.encode(picture)
  freeMemory(picture.data)
  if (shaded !== raster) freeRaster(shaded, raster)
  addStage(trace, 'encode', encodeStart)
  return { body, mediaType: encoder.mediaType }
}
