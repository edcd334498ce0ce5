import { bytesPerSample } from '../../raster/raster.ts'
import type { DataType } from '../../raster/raster.ts'
import type { WideInteger } from '../sample-type.ts'
import type { Foreign } from './foreign.ts'

/** Values of TIFF's Compression tag that we decode. */
export const COMPRESSION = {
  none: 1,
  lzw: 5,
  jpeg: 7,
  deflate: 8,
  packbits: 32773,
  oldDeflate: 32946,
  lerc: 34887,
  zstd: 50000,
  webp: 50001,
} as const

export type Predictor = 1 | 2 | 3

/** Everything that decoding one block needs, as plain data: it travels to a raster thread. */
export interface BlockLayout {
  /** The file, for messages. */
  readonly name: string
  readonly compression: number
  readonly predictor: Predictor
  /** Size in pixels of the block as it is stored; a last strip has only the rows that are left. */
  readonly storedWidth: number
  readonly storedHeight: number
  /** Most rows that the stored block may hold: some writers pad the last strip. */
  readonly maxHeight: number
  /** Pixel position in the level, and the size after cutting at the level's edge. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Rows are left out that are in the level, as nobody needs them. */
  readonly isCut?: boolean
  /** Samples of one pixel in this block: all bands, or 1 where bands lie in planes of their own. */
  readonly samples: number
  /** Type of the decoded samples. */
  readonly dtype: DataType
  /** As stored; less than the type's for packed samples (1, 2, 4, 12 bits …). */
  readonly bitsPerSample: number
  readonly littleEndian: boolean
  /** Samples are integers of 64 bits. */
  readonly wide?: WideInteger
  /** Bits of the stored bytes are the other way round (FillOrder 2). */
  readonly reversed?: boolean
  /** The block is handed to libtiff as it is, with these tags. */
  readonly foreign?: Foreign
  /** PhotometricInterpretation. */
  readonly photometric: number
  readonly jpegTables?: Uint8Array
  /** LercParameters' second value: 0 none, 1 deflate, 2 zstd around the LERC blob. */
  readonly lercWrapping?: number
  /** A mask: every sample that is not 0 becomes 255. */
  readonly isMask: boolean
  /** Samples of a block that is not stored (sparse file). Already a value of the type. */
  readonly fill: number
}

/** Smaller blocks are decoded before stopping early would pay. In bytes. */
const WORTH_CUTTING: ReadonlyMap<number, number> = new Map([
  [COMPRESSION.jpeg, 2 ** 18],
  [COMPRESSION.deflate, 2 ** 21],
  [COMPRESSION.oldDeflate, 2 ** 21],
])

/** Rows that a block may be cut to: some few choices, so that others who ask for a place near by find what they need. */
export function cutHeights({ height }: BlockLayout): number[] {
  return [1, 2, 3, 4, 5, 6].map((eighths) => Math.ceil((eighths * height) / 8))
}

/** The same block without its last rows, where to decode it takes less time so; else the block. @param rows that are needed */
export function cutLayout(layout: BlockLayout, rows: number): BlockLayout {
  if (storedBytes(layout) < (WORTH_CUTTING.get(layout.compression) ?? Infinity)) return layout
  const height = cutHeights(layout).find((choice) => choice >= rows)
  return height === undefined ? layout : { ...layout, height, isCut: true }
}

/** Bytes of one stored row; rows are padded to whole bytes. */
export function storedRowBytes(layout: BlockLayout): number {
  return Math.ceil((layout.storedWidth * layout.samples * layout.bitsPerSample) / 8)
}

/** Bytes of the whole stored block after decompression. */
export function storedBytes(layout: BlockLayout): number {
  return storedRowBytes(layout) * layout.storedHeight
}

/** Most bytes that a decompressor may give: the cap against bombs. */
export function maxStoredBytes(layout: BlockLayout): number {
  return storedRowBytes(layout) * layout.maxHeight
}

/** Bytes of the block's samples after decoding and cutting. */
export function decodedBytes({ width, height, samples, dtype }: BlockLayout): number {
  return width * height * samples * bytesPerSample(dtype)
}
