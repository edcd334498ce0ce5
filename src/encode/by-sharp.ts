import type { Sharp } from 'sharp'
import type { Picture } from '../render/picture.ts'

/** The samples as sharp takes them, untouched: no colour management, no copy. sharp is loaded with the first: only raster threads need it. */
export async function bySharp({ data, width, height, channels }: Picture, write: (image: Sharp) => Sharp): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  // sharp answers with Buffers; a small one may lie in a pool, so it goes out as the view that it is.
  return write(sharp(data, { raw: { width, height, channels } })).toBuffer()
}
