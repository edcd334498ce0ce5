import type { PictureEncoder } from './encoder.ts'
import { fromPicture, toBytes } from './from-picture.ts'

/** Quality 85, grey or RGB. Optimised Huffman tables cost 0.3 ms a tile and save 3 % of a photograph, 40 % of a flat tile. */
export const jpeg: PictureEncoder = {
  kind: 'picture',
  mediaType: 'image/jpeg',
  depths: [8],
  alpha: false,
  encode: (picture) =>
    toBytes(
      fromPicture(picture)
        .toColourspace(picture.channels === 1 ? 'b-w' : 'srgb')
        .jpeg({ quality: 85, optimiseCoding: true }),
    ),
}
