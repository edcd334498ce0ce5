import { crc32 } from 'node:zlib'

/** Colour types of W3C PNG 3, table 8. */
export const COLOR_TYPE = { grey: 0, rgb: 2, indexed: 3, greyAlpha: 4, rgba: 6 } as const

export interface PngParts {
  readonly width: number
  readonly height: number
  /** Bits a sample. */
  readonly bits: number
  readonly colorType: (typeof COLOR_TYPE)[keyof typeof COLOR_TYPE]
  /** Red, green, blue of each colour, and the alpha of the first of them. */
  readonly palette?: { readonly colors: Uint8Array; readonly alphas: Uint8Array }
  /** Filtered rows as a zlib stream. */
  readonly packed: Uint8Array
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** The file of a PNG, not interlaced (W3C PNG 3, 5). */
export function pngFile({ width, height, bits, colorType, palette, packed }: PngParts): Uint8Array {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([bits, colorType, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', palette.colors)] : []),
    ...(palette && palette.alphas.length > 0 ? [chunk('tRNS', palette.alphas)] : []),
    chunk('IDAT', packed),
    chunk('IEND', new Uint8Array()),
  ])
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(data.length + 12)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}
