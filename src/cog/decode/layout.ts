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
const CODED: ReadonlySet<number> = new Set(Object.values(COMPRESSION))

/** Whether blocks with this value of the Compression tag can be decoded (decode-block.ts). */
export function canDecode(compression: number): boolean {
  return CODED.has(compression)
}

export type Predictor = 1 | 2 | 3

/** A place inside a deflate stream from which on it can be inflated. */
export interface Restart {
  /** Bits of the first byte that come before it. */
  readonly bit: number
  /** Bytes that the stream has given up to there, and the last of them: as many as what follows may repeat. */
  readonly out: number
  readonly window: Uint8Array
}

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
  /** Of a strip of a block: rows of the stored block above it. What is below it is left out too. */
  readonly above?: number
  /** Where the bytes begin, if not with the block. */
  readonly restart?: Restart
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

/** Blocks of fewer bytes are decoded before reading a part of them would pay. */
const WORTH_CUTTING: ReadonlyMap<number, number> = new Map([
  [COMPRESSION.jpeg, 2 ** 18],
  [COMPRESSION.deflate, 2 ** 21],
  [COMPRESSION.oldDeflate, 2 ** 21],
])
/** Rows of one unit of most JPEG streams. */
const JPEG_ROWS = 16
/** Stored bytes of a strip of other streams, if it has several rows. */
const STRIP_BYTES = 2 ** 14

/** Rows of the strips that a block is read in where one place is asked for; undefined: it is read whole. */
export function stripRows(layout: BlockLayout): number | undefined {
  if (layout.foreign || storedBytes(layout) < (WORTH_CUTTING.get(layout.compression) ?? Infinity)) return undefined
  const rows = layout.compression === COMPRESSION.jpeg ? JPEG_ROWS : Math.max(1, Math.floor(STRIP_BYTES / storedRowBytes(layout)))
  return rows < layout.storedHeight ? rows : undefined
}

/** The strip of a block that has a row of the block; the block where it is read whole. */
export function stripLayout(layout: BlockLayout, row: number): BlockLayout {
  const rows = stripRows(layout)
  if (rows === undefined) return layout
  const above = Math.floor(row / rows) * rows
  return { ...layout, y: layout.y + above, height: Math.min(rows, layout.height - above), above }
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
