import sharp from 'sharp'

import type { BlockLayout } from './layout.ts'
import { oneStripTiff } from './one-strip-tiff.ts'
import type { TiffTag } from './one-strip-tiff.ts'

/**
 * A kind of block that only libtiff decodes, inside sharp: fax and other old codings of 1 to 4 bits, and YCbCr samples outside of JPEG,
 * which come out as RGB, as in GDAL.
 */
export interface Foreign {
  readonly kind: 'grey' | 'rgb'
  /** Samples of a pixel and bits of a sample, as stored. */
  readonly samples: number
  readonly bits: number
  readonly photometric: number
  /** Tags that the coding needs, in the order of their numbers. */
  readonly tags: readonly TiffTag[]
}

const MIN_IS_BLACK = 1

/** Interleaved 8-bit samples, `layout.samples` a pixel. @throws Error where the data are corrupt */
export async function decodeForeign(bytes: Uint8Array, layout: BlockLayout, foreign: Foreign): Promise<Uint8Array> {
  const { storedWidth: width, storedHeight: height, samples } = layout
  const file = oneStripTiff(bytes, {
    width,
    height,
    samples: foreign.samples,
    bits: foreign.bits,
    compression: layout.compression,
    // Whether 0 is black or white is the reader's business.
    photometric: foreign.kind === 'grey' ? MIN_IS_BLACK : foreign.photometric,
    extraSamples: 0,
    tags: foreign.tags,
  })
  const picture = sharp(file, { limitInputPixels: width * height, failOn: 'error' })
  if (foreign.kind === 'grey') picture.toColourspace('b-w')
  else picture.removeAlpha()
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  if (info.width !== width || info.height !== height || info.channels !== samples) {
    throw new Error(`${info.width}x${info.height}x${info.channels} in a block of ${width}x${height}x${samples}`)
  }
  if (foreign.kind === 'rgb') return data
  // libvips spreads small samples over 0..255.
  const greatest = 2 ** foreign.bits - 1
  return data.map((value) => Math.round((value * greatest) / 255))
}
