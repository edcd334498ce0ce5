import sharp from 'sharp'

import type { BlockLayout } from './layout.ts'

/** Interleaved 8-bit samples of a WebP block, 3 or 4 a pixel. @throws Error where the picture is not exactly the block's size. */
export async function decodeWebp(bytes: Uint8Array, layout: BlockLayout): Promise<Uint8Array> {
  const { storedWidth: width, storedHeight: height, samples } = layout
  const picture = sharp(bytes, { limitInputPixels: width * height, failOn: 'error' })
  const meta = await picture.metadata()
  if (meta.format !== 'webp' || meta.width !== width || meta.height !== height) {
    throw new Error(`${meta.format} picture of ${meta.width}x${meta.height} in a WebP block of ${width}x${height}`)
  }
  // An opaque block of an RGBA file is stored without alpha.
  if (samples === 4) picture.ensureAlpha()
  else picture.removeAlpha()
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  if (info.channels !== samples) throw new Error(`WebP decoded to ${info.channels} samples, ${samples} expected`)
  return data
}
