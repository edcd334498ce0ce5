import sharp from 'sharp'

import { freeMemory } from '../../raster/free-memory.ts'
import { COMPRESSION, storedRowBytes } from './layout.ts'
import type { BlockLayout } from './layout.ts'
import { oneStripTiff } from './one-strip-tiff.ts'

/**
 * LZW is a byte stream, whatever the samples are: libtiff decodes it natively as a picture of 8-bit samples, whose rows are the
 * block's rows of bytes. Three times as fast as a decoder in JavaScript, and it stands hostile input.
 * @throws Error where the data are corrupt or too short.
 */
export async function unpackLzw(bytes: Uint8Array, layout: BlockLayout): Promise<Uint8Array> {
  const rowBytes = storedRowBytes(layout)
  // As four samples a pixel where that comes out even: one sample costs libvips a conversion.
  const samples = rowBytes % 4 === 0 ? 4 : 1
  const width = rowBytes / samples
  const file = oneStripTiff(bytes, {
    width,
    height: layout.storedHeight,
    samples,
    compression: COMPRESSION.lzw,
    photometric: samples === 4 ? 2 : 1,
    extraSamples: samples === 4 ? 1 : 0,
  })
  const picture = sharp(file, { limitInputPixels: width * layout.storedHeight, failOn: 'warning' })
  if (samples === 1) picture.toColourspace('b-w')
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  freeMemory(file)
  if (info.channels !== samples || info.width !== width) throw new Error('LZW data of an unexpected shape')
  return data
}
