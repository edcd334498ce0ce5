import { encoders, type FormatName } from '../encode/registry.ts'
import type { Size } from '../grid/level.ts'

/** A fully transparent picture: in the format asked for if it is a picture with transparency, else PNG. */
export async function blankPicture(
  { width, height }: Size,
  format?: FormatName,
): Promise<{ body: Uint8Array; mediaType: string }> {
  const wanted = encoders[format ?? 'png']
  const encoder = wanted.kind === 'picture' && wanted.alpha ? wanted : encoders.png
  const data = new Uint8Array(width * height * 4)
  return { body: await encoder.encode({ width, height, channels: 4, data }), mediaType: encoder.mediaType }
}
