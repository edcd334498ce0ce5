import type { PictureEncoder } from './encoder.ts'
import { bySharp } from './by-sharp.ts'

/**
 * Quality 85, grey or RGB, with the standard's Huffman tables: tables of its own save a tile 8 % of its bytes and take as long as all the
 * rest, 1.25 instead of 0.75 ms.
 */
export const jpeg: PictureEncoder = {
  kind: 'picture',
  mediaType: 'image/jpeg',
  depths: [8],
  alpha: false,
  encode: (picture) =>
    bySharp(picture, (image) =>
      image.toColourspace(picture.channels === 1 ? 'b-w' : 'srgb').jpeg({ quality: 85, optimiseCoding: false }),
    ),
}
