import { encodeJpeg } from '../encode/jpeg.ts'
import { webp } from '../encode/webp.ts'
import { ParameterError } from '../errors.ts'
import { BLOCK } from './overview-grid.ts'
import type { SamplesBlock } from './samples-block.ts'
import type { SourceProfile } from './source-profile.ts'

/** How the pixels of the finished file are packed: deflate keeps them as they are, the others are for photographs. */
export const CODINGS = ['deflate', 'jpeg', 'webp'] as const
export type Coding = (typeof CODINGS)[number]

/** @throws ParameterError where the samples are no photograph */
export function checkCoding(coding: Coding, { dtype, bandCount, palette }: SourceProfile): void {
  if (coding === 'deflate' || (dtype === 'uint8' && bandCount === 3 && !palette)) return
  throw new ParameterError(
    'compression',
    `compression: ${coding} takes three bands of uint8; the mosaic's first asset has ${bandCount} of ${palette ? 'indices' : dtype}`,
  )
}

/** A block of three bands as a picture: the quality is that of tiles, and the bytes are as few as they can be, since they stay. */
export function codeBlock({ bands: [red, green, blue] }: SamplesBlock, coding: 'jpeg' | 'webp'): Promise<Uint8Array> {
  const data = new Uint8Array(BLOCK * BLOCK * 3)
  for (let i = 0, o = 0; o < data.length; i++, o += 3) {
    data[o] = red[i]
    data[o + 1] = green[i]
    data[o + 2] = blue[i]
  }
  const picture = { width: BLOCK, height: BLOCK, channels: 3, data } as const
  return coding === 'jpeg' ? encodeJpeg(picture, { ownTables: true }) : webp.encode(picture)
}
