import sharp from 'sharp'

import type { BlockLayout } from './layout.ts'

/** Interleaved 8-bit samples of a WebP block, 3 or 4 a pixel. @throws Error where the picture is not exactly the block's size. */
export async function decodeWebp(bytes: Uint8Array, layout: BlockLayout): Promise<Uint8Array> {
  const { storedWidth: width, storedHeight: height, samples } = layout
  // sharp knows many formats by their first bytes: none but this one is welcome.
  if (ascii(bytes, 0) !== 'RIFF' || ascii(bytes, 8) !== 'WEBP') throw new Error('no WebP stream')
  const picture = sharp(bytes, { limitInputPixels: width * height, failOn: 'error' })
  // An opaque block of an RGBA file is stored without alpha.
  if (samples === 4) picture.ensureAlpha()
  else picture.removeAlpha()
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  if (info.width !== width || info.height !== height || info.channels !== samples) {
    throw new Error(`WebP picture of ${info.width}x${info.height}x${info.channels} in a block of ${width}x${height}x${samples}`)
  }
  return data
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}
