import type { Foreign } from './decode/foreign.ts'
import { COMPRESSION } from './decode/layout.ts'
import type { TiffTag } from './decode/one-strip-tiff.ts'
import { TAG } from './tiff/field-types.ts'
import { number, numbers } from './tiff/tags.ts'

type Tags = ReadonlyMap<number, unknown>

const SHORT = 3
const LONG = 4
const RATIONAL = 5
const YCBCR = 6
/** Codings of old fax machines and workstations, and the bits of their samples. */
const FEW_BITS: ReadonlyMap<number, number> = new Map([
  [2, 1], // CCITT RLE
  [3, 1], // CCITT Group 3
  [4, 1], // CCITT Group 4
  [32766, 2], // NeXT
  [32771, 1], // CCITT RLE, whole words
  [32809, 4], // ThunderScan
])
/** Of the codings that YCbCr is found in, those that libtiff in sharp knows. */
const BYTES = new Set<number>([
  COMPRESSION.none,
  COMPRESSION.lzw,
  COMPRESSION.deflate,
  COMPRESSION.oldDeflate,
  COMPRESSION.packbits,
])

/** How libtiff is to read the blocks of an image that we do not decode ourselves; undefined: we do, or nobody can. */
export function foreignCoding(tags: Tags, { compression, bits }: { compression: number; bits: number }): Foreign | undefined {
  const samples = number(tags, TAG.samplesPerPixel) ?? 1
  const photometric = number(tags, TAG.photometric) ?? 1
  if (FEW_BITS.get(compression) === bits && samples === 1) {
    return { kind: 'grey', samples, bits, photometric, tags: present(tags, [TAG.group3Options, LONG], [TAG.group4Options, LONG]) }
  }
  const isPlain = BYTES.has(compression) && (number(tags, TAG.predictor) ?? 1) === 1
  // libvips hands unsampled YCbCr through as it is.
  const isSubsampled = numbers(tags, TAG.yCbCrSubsampling)?.some((step) => step > 1) ?? true
  const isContiguous = (number(tags, TAG.planarConfiguration) ?? 1) === 1
  if (photometric !== YCBCR || !isPlain || !isSubsampled || !isContiguous || samples !== 3 || bits !== 8) return undefined
  const kept = present(
    tags,
    [TAG.yCbCrCoefficients, RATIONAL],
    [TAG.yCbCrSubsampling, SHORT],
    [TAG.yCbCrPositioning, SHORT],
    [TAG.referenceBlackWhite, RATIONAL],
  )
  return { kind: 'rgb', samples, bits, photometric, tags: kept }
}

function present(tags: Tags, ...wanted: readonly (readonly [tag: number, type: number])[]): TiffTag[] {
  return wanted.flatMap(([tag, type]) => {
    const values = numbers(tags, tag)
    return values ? [[tag, type, values] as const] : []
  })
}
