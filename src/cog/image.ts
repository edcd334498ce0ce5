import { UnreadableAssetError } from '../errors.ts'
import { bytesPerSample } from '../raster/raster.ts'
import type { DataType } from '../raster/raster.ts'
import { canDecode, COMPRESSION } from './decode/layout.ts'
import type { BlockLayout, Predictor } from './decode/layout.ts'
import { foreignCoding } from './foreign-coding.ts'
import { MAX_BANDS, MAX_BLOCK_BYTES, MAX_FOREIGN_BYTES, MAX_FOREIGN_WIDTH, MAX_SIDE } from './limits.ts'
import { sampleType } from './sample-type.ts'
import { TAG } from './tiff/field-types.ts'
import type { Directory } from './tiff/parse.ts'
import { number, numbers } from './tiff/tags.ts'

/** One image of the file (full, overview or mask): its shape, checked, and how its blocks are stored. */
export interface Image {
  readonly width: number
  readonly height: number
  readonly bandCount: number
  readonly dtype: DataType
  readonly blockWidth: number
  readonly blockHeight: number
  /** Blocks in a row, and rows of blocks. */
  readonly across: number
  readonly down: number
  /** Each band has blocks of its own. */
  readonly planar: boolean
  readonly tiled: boolean
  /** What all blocks have in common. */
  readonly coding: Pick<
    BlockLayout,
    | 'compression'
    | 'predictor'
    | 'dtype'
    | 'bitsPerSample'
    | 'littleEndian'
    | 'wide'
    | 'reversed'
    | 'foreign'
    | 'photometric'
    | 'jpegTables'
    | 'lercWrapping'
    | 'isMask'
    | 'fill'
  >
}

/** What a directory says of its image. @throws UnreadableAssetError where it makes no sense, or we cannot decode it */
export function readImage({ tags }: Directory, options: { name: string; littleEndian: boolean; isMask: boolean }): Image {
  const bad = (what: string) => new UnreadableAssetError(`${options.name}: ${what}`)
  const width = number(tags, TAG.imageWidth) ?? 0
  const height = number(tags, TAG.imageLength) ?? 0
  if (!isSide(width) || !isSide(height)) throw bad(`an image of ${width} x ${height} pixels`)
  const bandCount = number(tags, TAG.samplesPerPixel) ?? 1
  if (!Number.isInteger(bandCount) || bandCount < 1 || bandCount > MAX_BANDS) throw bad(`${bandCount} samples a pixel`)
  if ((number(tags, TAG.orientation) ?? 1) !== 1) throw bad('an orientation other than the usual is not supported')
  const fillOrder = number(tags, TAG.fillOrder) ?? 1
  if (fillOrder !== 1 && fillOrder !== 2) throw bad(`fill order ${fillOrder} is not supported`)

  const compression = number(tags, TAG.compression) ?? COMPRESSION.none
  const { dtype, bits, wide } = sampleType(tags, options.name)
  const foreign = foreignCoding(tags, { compression, bits })
  if (!canDecode(compression) && !foreign) throw bad(`compression ${compressionName(compression)} is not supported`)
  const predictor = number(tags, TAG.predictor) ?? 1
  const hasPredictor = PREDICTABLE.has(compression) && predictor !== 1
  if (hasPredictor && predictor !== 2 && predictor !== 3) throw bad(`predictor ${predictor} is not supported`)
  const isHalf = dtype === 'float32' && bits === 16
  if (hasPredictor && bits !== 8 * bytesPerSample(dtype) && !isHalf)
    throw bad(`predictor ${predictor} of samples of ${bits} bits is not supported`)
  if (hasPredictor && predictor === 3 && !dtype.startsWith('float')) throw bad(`predictor 3 of ${dtype} samples is not supported`)
  const planar = bandCount > 1 && number(tags, TAG.planarConfiguration) === 2
  const samples = planar ? 1 : bandCount
  const photometric = number(tags, TAG.photometric) ?? 1
  if (compression === COMPRESSION.jpeg && (dtype !== 'uint8' || bits !== 8 || samples === 2 || samples > 4)) {
    throw bad(`JPEG of ${samples} samples of ${bits} bits is not supported`)
  }
  if (compression === COMPRESSION.webp && (dtype !== 'uint8' || bits !== 8 || samples < 3 || samples > 4)) {
    throw bad(`WebP of ${samples} samples of ${bits} bits is not supported`)
  }
  if (photometric === YCBCR && compression !== COMPRESSION.jpeg && !foreign)
    throw bad('such YCbCr samples are supported in JPEG only')
  const color = COLORS[photometric]
  if (color) throw bad(`${color} samples are not supported`)
  if (wide && compression === COMPRESSION.lerc) throw bad(`LERC of ${wide} samples is not supported`)

  const tiled = tags.has(TAG.tileWidth)
  const blockWidth = tiled ? (number(tags, TAG.tileWidth) ?? 0) : width
  const blockHeight = tiled ? (number(tags, TAG.tileLength) ?? 0) : Math.min(height, number(tags, TAG.rowsPerStrip) ?? height)
  if (!isSide(blockWidth) || !isSide(blockHeight)) throw bad(`blocks of ${blockWidth} x ${blockHeight} pixels`)
  const bytes = blockWidth * blockHeight * samples * bytesPerSample(dtype)
  if (bytes > MAX_BLOCK_BYTES) {
    throw bad(`blocks of ${blockWidth} x ${blockHeight} pixels (${bytes} bytes) are above the limit of ${MAX_BLOCK_BYTES} bytes`)
  }
  if (foreign && (bytes > MAX_FOREIGN_BYTES || blockWidth > MAX_FOREIGN_WIDTH)) {
    throw bad(
      `blocks of ${blockWidth} x ${blockHeight} pixels are above the limit of compression ${compressionName(compression)}`,
    )
  }
  const tables = tags.get(TAG.jpegTables)
  return {
    width,
    height,
    bandCount,
    dtype,
    blockWidth,
    blockHeight,
    across: Math.ceil(width / blockWidth),
    down: Math.ceil(height / blockHeight),
    planar,
    tiled,
    coding: {
      compression,
      predictor: hasPredictor ? (predictor as Predictor) : 1,
      dtype,
      // libtiff gives bytes.
      bitsPerSample: foreign ? 8 : bits,
      littleEndian: options.littleEndian,
      wide,
      reversed: fillOrder === 2 && !OWN_BIT_ORDER.has(compression),
      foreign,
      photometric,
      // A copy: the header's bytes are dropped, and this travels to threads.
      jpegTables: tables instanceof Uint8Array ? tables.slice() : undefined,
      lercWrapping: numbers(tags, TAG.lercParameters)?.[1],
      isMask: options.isMask,
      fill: 0,
    },
  }
}

/** The layout of one block, by its number in its plane. */
export function blockLayout(image: Image, name: string, index: number): BlockLayout {
  const x = (index % image.across) * image.blockWidth
  const y = Math.floor(index / image.across) * image.blockHeight
  const height = Math.min(image.blockHeight, image.height - y)
  return {
    ...image.coding,
    name,
    samples: image.planar ? 1 : image.bandCount,
    storedWidth: image.blockWidth,
    storedHeight: image.tiled ? image.blockHeight : height,
    maxHeight: image.blockHeight,
    x,
    y,
    width: Math.min(image.blockWidth, image.width - x),
    height,
  }
}

/** Bytes of one block after decoding, before it is cut. */
export function blockBytes(image: Image): number {
  return image.blockWidth * image.blockHeight * (image.planar ? 1 : image.bandCount) * bytesPerSample(image.dtype)
}

const YCBCR = 6
/** Values of PhotometricInterpretation that are no colours of a screen. */
const COLORS: Readonly<Record<number, string>> = { 8: 'CIELab', 9: 'ICCLab', 10: 'ITULab', 32844: 'LogL', 32845: 'LogLuv' }
/** Streams that FillOrder does not concern. */
const OWN_BIT_ORDER = new Set<number>([COMPRESSION.jpeg, COMPRESSION.webp, COMPRESSION.lerc, COMPRESSION.zstd])
/** Codecs whose stream may hold differences; for others the tag means nothing. */
const PREDICTABLE = new Set<number>([COMPRESSION.lzw, COMPRESSION.deflate, COMPRESSION.oldDeflate, COMPRESSION.zstd])

const NAMES: Readonly<Record<number, string>> = {
  2: 'CCITT RLE',
  3: 'CCITT Group 3',
  4: 'CCITT Group 4',
  6: 'old-style JPEG',
  32766: 'NeXT',
  32809: 'ThunderScan',
  34661: 'JBIG',
  34712: 'JPEG 2000',
  34925: 'LZMA',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
}

function compressionName(compression: number): string {
  const name = NAMES[compression]
  return name ? `${compression} (${name})` : String(compression)
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= MAX_SIDE
}
