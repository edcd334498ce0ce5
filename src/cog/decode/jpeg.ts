import sharp from 'sharp'

import { freeMemory } from '../../raster/free-memory.ts'
import { halfChroma } from './jpeg-chroma.ts'
import { toColor, uncolored } from './jpeg-color.ts'
import { COMPRESSION } from './layout.ts'
import type { BlockLayout } from './layout.ts'
import { oneStripTiff } from './one-strip-tiff.ts'

const RGB = 2
const YCBCR = 6

/** Frame of a JPEG stream. */
interface Frame {
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly components: number
}

/** Reads the frame header (SOF) without decoding. @throws Error where there is none. */
export function jpegFrame(bytes: Uint8Array): Frame {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error('no JPEG stream')
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) throw new Error('JPEG marker expected')
    const marker = bytes[at + 1]
    if (marker === 0xff) {
      at += 1
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) {
      const word = (i: number) => (bytes[at + i] << 8) | bytes[at + i + 1]
      return { bits: bytes[at + 4], height: word(5), width: word(7), components: bytes[at + 9] }
    }
    if (marker === 0xda || marker === 0xd9) break
    at += 2 + Math.max(2, (bytes[at + 2] << 8) | bytes[at + 3])
  }
  throw new Error('JPEG stream without a frame')
}

/** Puts the shared tables (JPEGTables: SOI tables EOI) in front of an abbreviated stream. */
function splice(tables: Uint8Array | undefined, bytes: Uint8Array): Uint8Array {
  if (!tables || tables.length <= 4) return bytes
  const whole = new Uint8Array(tables.length - 2 + bytes.length - 2)
  whole.set(tables.subarray(0, tables.length - 2))
  whole.set(bytes.subarray(2), tables.length - 2)
  return whole
}

/**
 * Interleaved 8-bit samples of a JPEG block, `layout.samples` a pixel.
 * Chroma of half the resolution is widened as IJG's libjpeg does it; of other subsampling it is smoothed as by libjpeg-turbo.
 * @throws Error where the frame is not exactly the block's: libjpeg would otherwise reserve what the frame says.
 */
export async function decodeJpeg(bytes: Uint8Array, layout: BlockLayout): Promise<Uint8Array> {
  const { storedWidth: width, samples } = layout
  const frame = jpegFrame(bytes)
  const { height } = frame
  // Only a last strip may have rows too many.
  if (frame.width !== width || height < layout.storedHeight || height > layout.maxHeight) {
    throw new Error(`JPEG frame of ${frame.width}x${height} in a block of ${width}x${layout.storedHeight}`)
  }
  if (frame.bits !== 8 || frame.components !== samples) {
    throw new Error(`JPEG of ${frame.components} samples of ${frame.bits} bits where ${samples} of 8 bits are expected`)
  }
  // The color space of a JPEG in a TIFF is what the TIFF says. For YCbCr and grey a bare stream means the same and is faster.
  const bare = samples === 1 || (samples === 3 && layout.photometric === YCBCR)
  const file = bare
    ? splice(layout.jpegTables, bytes)
    : oneStripTiff(bytes, {
        width,
        height,
        samples,
        compression: COMPRESSION.jpeg,
        photometric: RGB,
        extraSamples: samples - 3,
        jpegTables: layout.jpegTables,
      })
  const chroma = bare && samples === 3 ? halfChroma(file) : undefined
  const picture = sharp(chroma ? uncolored(file) : file, { limitInputPixels: width * height, failOn: 'error' })
  if (samples === 1) picture.toColourspace('b-w')
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  if (file.buffer !== bytes.buffer) freeMemory(file)
  if (info.channels !== samples) throw new Error(`JPEG decoded to ${info.channels} samples, ${samples} expected`)
  if (chroma) toColor(data, chroma, info.width, info.height)
  return data
}
