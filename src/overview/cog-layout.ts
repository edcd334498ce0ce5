import { geoFields, MODEL_TYPE, PROJECTED_CRS } from '../encode/geotiff/geo-fields.ts'
import { type Field, ifdSize, writeIfd } from '../encode/geotiff/ifd.ts'
import { bytesPerSample, isFloat } from '../raster/raster.ts'
import type { Coding } from './coding.ts'
import { gdalMetadata } from './gdal-metadata.ts'
import { BLOCK, type LevelSize, type OverviewGrid } from './overview-grid.ts'
import { predictorOf } from './samples-block.ts'
import type { SourceProfile } from './source-profile.ts'
import type { BlockPlace } from './work-folder.ts'

/** The blocks of one level, row by row; undefined: not stored, since nothing in it is valid. */
export interface LevelBlocks extends LevelSize {
  readonly blocks: readonly (BlockPlace | undefined)[]
}

/** A piece of the file that is copied: bytes of the file of blocks. */
export interface Copy {
  readonly offset: number
  readonly length: number
}

export interface CogLayout {
  /** All up to the first block. */
  readonly head: Uint8Array
  /** In the order of the file. */
  readonly copies: readonly Copy[]
  readonly size: number
}

/** Bytes that a TIFF of 32-bit offsets can have. */
const CLASSIC_LIMIT = 2 ** 32 - 1
/** TIFF's Compression tag. */
const COMPRESSION: Readonly<Record<Coding, number>> = { deflate: 8, jpeg: 7, webp: 50_001 }
/** NewSubfileType: a smaller version, a mask. */
const REDUCED = 1
const MASK = 4

interface Directory {
  readonly fields: readonly Field[]
  readonly lengths: readonly number[]
  /** By block, in the file that is made; 0: not stored. */
  readonly offsets: number[]
}

/**
 * Where everything goes: header, directories (each image, then its mask), then the blocks, those of the smallest image first, each image
 * block before its mask. BigTIFF where 4 GiB do not do.
 */
export function cogLayout(
  levels: readonly LevelBlocks[],
  grid: OverviewGrid,
  profile: SourceProfile,
  { coding, big }: { readonly coding: Coding; readonly big?: boolean },
): CogLayout {
  const wide = big ?? false
  const pairs = levels.map((level, index) => ({
    image: directory(imageFields(level, index, grid, profile, coding), level, 'image'),
    mask: directory(maskFields(level, index), level, 'mask'),
  }))
  const directories = pairs.flatMap(({ image, mask }) => [image, mask])
  const starts: number[] = []
  let end = wide ? 16 : 8
  for (const ifd of directories) {
    starts.push(end)
    end += ifdSize(allFields(ifd, wide), wide)
  }
  const head = new Uint8Array(end)
  const copies: Copy[] = []
  for (let index = levels.length - 1; index >= 0; index--) {
    const { image, mask } = pairs[index]
    for (const place of levels[index].blocks) {
      image.offsets.push(place?.image ? end : 0)
      mask.offsets.push(place?.image ? end + place.image : 0)
      if (!place?.image) continue
      copies.push({ offset: place.offset, length: place.image + place.mask })
      end += place.image + place.mask
    }
  }
  if (big === undefined && end > CLASSIC_LIMIT) return cogLayout(levels, grid, profile, { coding, big: true })
  const view = new DataView(head.buffer)
  head.set([0x49, 0x49])
  view.setUint16(2, wide ? 43 : 42, true)
  if (wide) {
    view.setUint16(4, 8, true)
    view.setBigUint64(8, BigInt(starts[0]), true)
  } else view.setUint32(4, starts[0], true)
  directories.forEach((ifd, i) => {
    writeIfd(view, starts[i], allFields(ifd, wide), starts[i + 1] ?? 0, true, wide)
  })
  return { head, copies, size: end }
}

function directory(fields: readonly Field[], { blocks }: LevelBlocks, part: 'image' | 'mask'): Directory {
  return { fields, lengths: blocks.map((place) => place?.[part] ?? 0), offsets: [] }
}

/** With the places of the blocks; while those are not known yet, with zeros. */
function allFields({ fields, lengths, offsets }: Directory, wide: boolean): Field[] {
  const values = offsets.length === lengths.length ? offsets : lengths.map(() => 0)
  return [...fields, { tag: 324, type: wide ? 'long8' : 'long', values }, { tag: 325, type: 'long', values: lengths }]
}

function imageFields(level: LevelBlocks, index: number, grid: OverviewGrid, profile: SourceProfile, coding: Coding): Field[] {
  const { dtype, bandCount, palette } = profile
  const each = (value: number): number[] => Array.from({ length: bandCount }, () => value)
  const isRgb = bandCount >= 3 && (profile.colors[0] === 'red' || coding !== 'deflate')
  const isYcc = coding === 'jpeg'
  const extra = palette ? 0 : bandCount - (isRgb ? 3 : 1)
  const fields: Field[] = [
    ...sizeFields(level, index === 0 ? 0 : REDUCED),
    short(258, each(bytesPerSample(dtype) * 8)),
    short(259, [COMPRESSION[coding]]),
    short(262, [palette ? 3 : isYcc ? 6 : isRgb ? 2 : 1]),
    short(277, [bandCount]),
    short(284, [1]),
    ...(coding === 'deflate' ? [short(317, [predictorOf(dtype)])] : []),
    short(339, each(isFloat(dtype) ? 3 : dtype.startsWith('int') ? 2 : 1)),
  ]
  // Half the chroma each way, as the encoder has it; black and white as JFIF has them.
  if (isYcc)
    fields.push(short(530, [2, 2]), { tag: 532, type: 'rational', values: [0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1] })
  if (extra > 0) fields.push(short(338, each(0).slice(0, extra)))
  if (palette) fields.push(short(320, colorMap(palette, 2 ** (bytesPerSample(dtype) * 8))))
  if (index > 0) return fields
  const metadata = gdalMetadata(profile)
  return [
    ...fields,
    ...geoFields({ [MODEL_TYPE]: 1, [PROJECTED_CRS]: 3857 }, grid.transform),
    // Not as text: it may have letters of two bytes.
    ...(metadata ? [{ tag: 42112, type: 'ascii', values: Buffer.from(`${metadata}\0`) } as const] : []),
  ]
}

/** All reds, all greens, all blues, 16 bits each. */
function colorMap(palette: NonNullable<SourceProfile['palette']>, size: number): number[] {
  return [0, 1, 2].flatMap((channel) => Array.from({ length: size }, (_, index) => (palette[index]?.[channel] ?? 0) * 257))
}

function maskFields(level: LevelBlocks, index: number): Field[] {
  return [
    ...sizeFields(level, index === 0 ? MASK : MASK | REDUCED),
    short(258, [1]),
    short(259, [COMPRESSION.deflate]),
    short(262, [4]),
    short(277, [1]),
    short(284, [1]),
    short(339, [1]),
  ]
}

function sizeFields({ width, height }: LevelSize, subfileType: number): Field[] {
  return [
    { tag: 254, type: 'long', values: [subfileType] },
    { tag: 256, type: 'long', values: [width] },
    { tag: 257, type: 'long', values: [height] },
    short(322, [BLOCK]),
    short(323, [BLOCK]),
  ]
}

function short(tag: number, values: readonly number[]): Field {
  return { tag, type: 'short', values }
}
