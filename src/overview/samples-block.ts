import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import type { BlockLayout } from '../cog/decode/layout.ts'
import { COMPRESSION } from '../cog/decode/layout.ts'
import { decodeBlock } from '../cog/decode/decode-block.ts'
import { predict, type Predictor } from '../encode/geotiff/predictor.ts'
import { bytesPerSample, type DataType, isFloat, samplesOf, type Samples } from '../raster/raster.ts'
import { BLOCK } from './overview-grid.ts'

const deflateAsync = promisify(deflate)

/** Measured on 512 x 512 x 3 of an aerial photograph: level 6 takes 35 ms, 9 a tenth of a second for 1 % less. */
const LEVEL = 6
const PIXELS = BLOCK * BLOCK

/** BLOCK x BLOCK pixels, row-major. One array a band. */
export interface SamplesBlock {
  readonly bands: readonly Samples[]
  /** 255 valid, 0 not. */
  readonly mask: Uint8Array
}

export interface SampleFormat {
  readonly dtype: DataType
  readonly bandCount: number
}

/** A block as the file has it: samples by pixel, predicted and deflated; the mask as bits, deflated. */
export interface PackedBlock {
  readonly image: Uint8Array
  readonly mask: Uint8Array
}

export function emptyBlock({ dtype, bandCount }: SampleFormat): SamplesBlock {
  return { bands: Array.from({ length: bandCount }, () => samplesOf(dtype, PIXELS)), mask: new Uint8Array(PIXELS) }
}

export function predictorOf(dtype: DataType): Predictor {
  return isFloat(dtype) ? 3 : 2
}

export async function packBlock({ bands, mask }: SamplesBlock, { dtype, bandCount }: SampleFormat): Promise<PackedBlock> {
  const chunky = samplesOf(dtype, PIXELS * bandCount)
  bands.forEach((band, index) => {
    for (let i = 0, at = index; i < PIXELS; i++, at += bandCount) chunky[at] = band[i]
  })
  const predicted = predict(chunky, {
    predictor: predictorOf(dtype),
    rowSamples: BLOCK * bandCount,
    stride: bandCount,
    littleEndian: true,
  })
  const [image, packedMask] = await Promise.all([
    deflateAsync(predicted, { level: LEVEL }),
    deflateAsync(bitsOf(mask), { level: LEVEL }),
  ])
  return { image, mask: packedMask }
}

/** @throws UnreadableAssetError where the bytes are not what was packed */
export async function unpackBlock(packed: PackedBlock, format: SampleFormat): Promise<SamplesBlock> {
  const { dtype, bandCount } = format
  const image = { ...LAYOUT, predictor: predictorOf(dtype), samples: bandCount, dtype, bitsPerSample: 8 * bytesPerSample(dtype) }
  const mask: BlockLayout = { ...LAYOUT, isMask: true }
  const [{ bands }, { bands: masks }] = await Promise.all([decodeBlock(image, packed.image), decodeBlock(mask, packed.mask)])
  return { bands: bands as Samples[], mask: masks[0] as Uint8Array }
}

const LAYOUT: BlockLayout = {
  name: 'a block of the overview',
  compression: COMPRESSION.deflate,
  predictor: 1,
  storedWidth: BLOCK,
  storedHeight: BLOCK,
  maxHeight: BLOCK,
  x: 0,
  y: 0,
  width: BLOCK,
  height: BLOCK,
  samples: 1,
  dtype: 'uint8',
  bitsPerSample: 1,
  littleEndian: true,
  photometric: 1,
  isMask: false,
  fill: 0,
}

/** One bit a pixel, the first in the highest bit. */
function bitsOf(mask: Uint8Array): Uint8Array {
  const bits = new Uint8Array(mask.length / 8)
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) bits[i >> 3] |= 0x80 >> (i & 7)
  return bits
}
