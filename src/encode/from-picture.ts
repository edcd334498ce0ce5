import sharp from 'sharp'
import type { Sharp } from 'sharp'
import type { Picture } from '../render/picture.ts'

/** The samples as sharp takes them, untouched: no colour management, no copy. */
export function fromPicture({ data, width, height, channels }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels } })
}

/** sharp answers with Buffers; a small one may lie in a pool, so it goes out as the view that it is. */
export async function toBytes(image: Sharp): Promise<Uint8Array> {
  return image.toBuffer()
}
