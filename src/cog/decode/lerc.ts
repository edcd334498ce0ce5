import { decode, getBlobInfo, load } from 'lerc'

import type { Samples } from '../../raster/raster.ts'
import { inflate, unzstd } from './inflate.ts'
import { storedBytes } from './layout.ts'
import type { BlockLayout } from './layout.ts'

const WRAPPING = { deflate: 1, zstd: 2 } as const
const PIXEL_TYPES = {
  int8: 'S8',
  uint8: 'U8',
  int16: 'S16',
  uint16: 'U16',
  int32: 'S32',
  uint32: 'U32',
  float32: 'F32',
  float64: 'F64',
} as const

function unwrap(bytes: Uint8Array, layout: BlockLayout): Uint8Array {
  // A LERC blob of noise is a little larger than its samples.
  const limit = storedBytes(layout) * 2 + 65_536
  if (layout.lercWrapping === WRAPPING.deflate) return inflate(bytes, limit)
  if (layout.lercWrapping === WRAPPING.zstd) return unzstd(bytes, limit)
  return bytes
}

/**
 * Samples of a LERC block, into `bands`. Samples that LERC's own mask hides: NaN in floats, 0 in integers, as libtiff gives them.
 * @throws Error where the blob is not exactly the block's shape and type; its header is read before anything is reserved.
 */
export async function decodeLerc(bytes: Uint8Array, layout: BlockLayout, bands: readonly Samples[]): Promise<void> {
  await load()
  const blob = unwrap(bytes, layout)
  const { storedWidth, storedHeight, width, height, samples } = layout
  const info = getBlobInfo(blob)
  if (info.width !== storedWidth || info.height !== storedHeight || info.blobSize <= 0 || info.blobSize > blob.length) {
    throw new Error(`LERC blob of ${info.width}x${info.height} in a block of ${storedWidth}x${storedHeight}`)
  }
  const planes = info.depthCount * info.bandCount
  // libtiff keeps an alpha of only 0 and 255 as the blob's mask.
  const alphaFromMask = planes === samples - 1 && layout.dtype === 'uint8'
  if (planes !== samples && !alphaFromMask) throw new Error(`LERC blob of ${planes} samples, ${samples} expected`)
  const found = decode(blob)
  if (found.pixelType !== PIXEL_TYPES[layout.dtype])
    throw new Error(`LERC samples of type ${found.pixelType}, ${layout.dtype} expected`)

  const pixels = storedWidth * storedHeight
  const hidden = layout.dtype.startsWith('float') ? NaN : 0
  for (const [sample, band] of bands.entries()) {
    const plane = info.bandCount > 1 ? found.pixels[sample] : found.pixels[0]
    const from = info.bandCount > 1 ? 0 : sample * pixels
    const mask = found.bandMasks?.[sample] ?? found.mask
    const isAlpha = alphaFromMask && sample === samples - 1
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * storedWidth + x
        const valid = !mask || mask[at] !== 0
        if (isAlpha) band[y * width + x] = valid ? 255 : 0
        else band[y * width + x] = valid ? plane[from + at] : hidden
      }
    }
  }
}
