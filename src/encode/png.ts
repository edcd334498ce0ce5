import type { Picture } from '../render/picture.ts'
import type { PictureEncoder } from './encoder.ts'
import { fromPicture, toBytes } from './from-picture.ts'
import { indexedPicture } from './indexed-picture.ts'
import { indexedPng } from './indexed-png.ts'

/**
 * Measured on 256 x 256 RGB tiles of photographs and satellite scenes, level without / with adaptive filtering: 1: 1.5 / 2.6 ms and
 * 123 / 117 kB; 2: 2.1 / 3.4 ms and 101 / 81 kB; 6: 2.2 / 3.7 ms and 101 / 81 kB; 9: 3.6 / 8.5 ms and 92 / 82 kB. Level 2 without
 * filtering is the fastest that stays within 12 % of the peer's bytes (91 kB, with its alpha channel).
 */
const TILE_LEVEL = 2
const RAW_LEVEL = 1

const full = pngOf(TILE_LEVEL)

/** Grey or RGB, with alpha where the picture has it; 8 bits, or 16 for 16-bit samples; with a palette where the colours are few. */
export const png: PictureEncoder = {
  ...full,
  encode(picture) {
    const indexed = indexedPicture(picture)
    return indexed ? indexedPng(indexed) : full.encode(picture)
  },
}

/** The same samples, packed less: for programs that want the values. */
export const pngraw: PictureEncoder = pngOf(RAW_LEVEL)

function pngOf(compressionLevel: number): PictureEncoder {
  return {
    kind: 'picture',
    mediaType: 'image/png',
    depths: [8, 16],
    alpha: true,
    encode: (picture) => toBytes(fromPicture(picture).toColourspace(colourspace(picture)).png({ compressionLevel })),
  }
}

/** Without this, sharp makes RGB of grey and 8 bits of 16. */
function colourspace({ data, channels }: Picture): string {
  const grey = channels <= 2
  if (data instanceof Uint16Array) return grey ? 'grey16' : 'rgb16'
  return grey ? 'b-w' : 'srgb'
}
