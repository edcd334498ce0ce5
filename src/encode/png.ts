import type { PictureEncoder } from './encoder.ts'
import { fullPng } from './full-png.ts'
import { indexedPicture } from './indexed-picture.ts'
import { indexedPng } from './indexed-png.ts'

const COMMON = { kind: 'picture', mediaType: 'image/png', depths: [8, 16], alpha: true } as const

/** Grey or RGB, with alpha where the picture has it; 8 bits, or 16 for 16-bit samples; with a palette where the colours are few. */
export const png: PictureEncoder = {
  ...COMMON,
  async encode(picture) {
    const indexed = indexedPicture(picture)
    return indexed ? indexedPng(indexed) : fullPng(picture)
  },
  encodeIndexed: indexedPng,
}

/** The same samples, never with a palette: for programs that want the values. */
export const pngraw: PictureEncoder = { ...COMMON, encode: async (picture) => fullPng(picture) }
