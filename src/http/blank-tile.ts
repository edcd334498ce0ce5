import { encoders, type FormatName } from '../encode/registry.ts'

/** A fully transparent square of `size` pixels: in the format asked for if it is a picture with transparency, else PNG. */
export async function blankTile(size: number, format?: FormatName): Promise<{ body: Uint8Array; mediaType: string }> {
  const wanted = encoders[format ?? 'png']
  const encoder = wanted.kind === 'picture' && wanted.alpha ? wanted : encoders.png
  const data = new Uint8Array(size * size * 4)
  return { body: await encoder.encode({ width: size, height: size, channels: 4, data }), mediaType: encoder.mediaType }
}
