import sharp from 'sharp'

import type { Samples } from '../../raster/raster.ts'
import { freeMemory } from '../../raster/free-memory.ts'
import { type JpegHeader, readJpegHeader } from './jpeg-header.ts'
import { decodeSequential, isSequential } from './jpeg-sequential.ts'
import { COMPRESSION } from './layout.ts'
import type { BlockLayout } from './layout.ts'
import { oneStripTiff } from './one-strip-tiff.ts'

const RGB = 2
const CMYK = 5
const YCBCR = 6

/**
 * Decodes a JPEG block straight to its bands, as most are stored: 0.5 of the time that libjpeg-turbo (through sharp) and chroma by itself took. false: it is of another kind,
 * and for {@link decodeJpeg}. @throws Error where it is corrupt, or not exactly the block's
 */
export function decodeJpegBands(bytes: Uint8Array, layout: BlockLayout, bands: readonly Samples[]): boolean {
  const header = blockHeader(bytes, layout)
  const isColor = isLumaAndChroma(layout)
  if (layout.photometric === CMYK || !isSequential(header, isColor)) return false
  decodeSequential(bytes, header, layout, bands, isColor)
  return true
}

/** The color space of a JPEG in a TIFF is what the TIFF says. */
function isLumaAndChroma({ samples, photometric }: BlockLayout): boolean {
  return samples === 3 && photometric === YCBCR
}

/** @throws Error where the frame is not exactly the block's: libjpeg would otherwise reserve what the frame says */
function blockHeader(bytes: Uint8Array, { jpegTables, ...layout }: BlockLayout): JpegHeader {
  const header = readJpegHeader(bytes, jpegTables)
  const { width, height, bits, components } = header.frame
  // Only a last strip may have rows too many.
  if (width !== layout.storedWidth || height < layout.storedHeight || height > layout.maxHeight) {
    throw new Error(`JPEG frame of ${width}x${height} in a block of ${layout.storedWidth}x${layout.storedHeight}`)
  }
  if (bits !== 8 || components.length !== layout.samples) {
    throw new Error(`JPEG of ${components.length} samples of ${bits} bits where ${layout.samples} of 8 bits are expected`)
  }
  return header
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
 * Interleaved 8-bit samples of a JPEG block of any kind, `layout.samples` a pixel.
 * @throws Error where it is corrupt, or not exactly the block's
 */
export async function decodeJpeg(bytes: Uint8Array, layout: BlockLayout): Promise<Uint8Array> {
  const { samples } = layout
  const { width, height } = blockHeader(bytes, layout).frame
  // For YCbCr and grey a bare stream means the same, and is faster.
  const bare = samples === 1 || isLumaAndChroma(layout)
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
  const picture = sharp(file, { limitInputPixels: width * height, failOn: 'error' })
  if (samples === 1) picture.toColourspace('b-w')
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  if (file.buffer !== bytes.buffer) freeMemory(file)
  if (info.channels !== samples) throw new Error(`JPEG decoded to ${info.channels} samples, ${samples} expected`)
  return data
}
