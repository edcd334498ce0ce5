import { SmaltiError, UnreadableAssetError } from '../errors.ts'
import { apply } from '../grid/affine.ts'
import type { Affine } from '../grid/affine.ts'
import { unknownCrs } from '../grid/crs.ts'
import type { Crs } from '../grid/crs.ts'
import { crsFromGeoKeys } from '../grid/geokeys.ts'
import { withLocalShift } from '../grid/nad27.ts'
import type { ByteSource, ReadOptions } from '../net/source.ts'
import { TYPE_RANGE, isFloat } from '../raster/raster.ts'
import type { DataType } from '../raster/raster.ts'
import { worldFile } from './beside.ts'
import type { Beside } from './beside.ts'
import { BlockTable } from './block-table.ts'
import type { SourceInfo } from './cog.ts'
import { bandColors, paletteOf } from './color.ts'
import type { Palette } from './color.ts'
import { parseBandMetadata } from './gdal-metadata.ts'
import type { BandMetadata } from './gdal-metadata.ts'
import { georeference } from './georeference.ts'
import { readImage } from './image.ts'
import type { Image } from './image.ts'
import { parseNodata } from './nodata.ts'
import { TAG } from './tiff/field-types.ts'
import { HeaderBytes } from './tiff/header-bytes.ts'
import { parseTiff } from './tiff/parse.ts'
import type { Directory } from './tiff/parse.ts'
import { number, numbers, text } from './tiff/tags.ts'

/** An image of the file and the table of its blocks. */
export interface StoredImage {
  readonly image: Image
  readonly table: BlockTable
  /** Where it lies, if not in the file itself. */
  readonly file?: { readonly href: string; readonly revision: string | undefined }
}

/** What is kept of a file's header. */
export interface CogHeader {
  readonly info: SourceInfo
  readonly metadata: BandMetadata
  /** Of every band, by GDAL's names. */
  readonly colors: readonly string[]
  readonly palette?: Palette
  /** Level 0 is the full image, level k+1 the k-th overview; each with its mask, if it has one. */
  readonly levels: readonly { readonly stored: StoredImage; readonly mask?: StoredImage }[]
  /** Bytes that this takes in memory, about. */
  readonly bytes: number
}

const REDUCED = 1
const MASK = 4
/** Of the older SubfileType tag. */
const OLD_REDUCED = 2
const OLD_MASK = 4
/** Of a file that does not say where it lies: a unit a pixel, rows going up, as in GDAL. */
const IDENTITY: Affine = [1, 0, 0, 0, 1, 0]
/** Of maps and lists that every opened file has. */
const BASE_BYTES = 4096
/** Of one colour of a palette. */
const PALETTE_BYTES = 64

/** Reads and checks the header of a file. @throws UnreadableAssetError where it is not a GeoTIFF that we can read */
export async function readHeader(
  source: ByteSource,
  options: ReadOptions,
  local?: { readonly href: string; readonly beside: Beside },
): Promise<CogHeader> {
  const header = new HeaderBytes(source, options)
  const { name } = source
  const { littleEndian, directories } = await parseTiff(header)
  const [main, ...others] = directories
  const full = readImage(main, { name, littleEndian, isMask: false })
  const nodata = parseNodata(text(main.tags, TAG.gdalNodata))
  const metadata = parseBandMetadata(text(main.tags, TAG.gdalMetadata), full.bandCount)

  /** The images of a file beside this one; none, if there is no such file. */
  async function storedBeside(href: string, isMask: boolean): Promise<StoredImage[]> {
    const other = await local?.beside(href)
    if (!other) return []
    try {
      const bytes = new HeaderBytes(other, options)
      const parsed = await parseTiff(bytes)
      return parsed.directories.map((directory) => {
        const image = readImage(directory, { name: other.name, littleEndian: parsed.littleEndian, isMask })
        const table = BlockTable.of(directory, image, bytes, parsed.littleEndian)
        return { image: isMask ? image : filled(image), table, file: { href, revision: other.revision } }
      })
    } finally {
      await other.close()
    }
  }
  const filled = (image: Image): Image => ({ ...image, coding: { ...image.coding, fill: fillOf(nodata, image.dtype) } })
  const stored = (directory: Directory, image: Image): StoredImage => ({
    image: image.coding.isMask ? image : filled(image),
    table: BlockTable.of(directory, image, header, littleEndian),
  })
  const images = [stored(main, full)]
  const masks: StoredImage[] = []
  for (const directory of others) {
    const kind = kindOf(directory)
    if (kind === 'other') continue
    const read = () => stored(directory, readImage(directory, { name, littleEndian, isMask: kind === 'mask' }))
    if (kind === 'mask') {
      masks.push(read())
      continue
    }
    // A broken overview is not worth the file; a broken mask is, as pixels would show that must not.
    const overview = attempt(read)
    if (overview && isOverview(overview.image, full)) images.push(overview)
  }
  if (local && images.length === 1) {
    const found = await storedBeside(`${local.href}.ovr`, false).catch(ifUnreadable)
    images.push(...(found ?? []).filter(({ image }) => isOverview(image, full)))
  }
  if (local && masks.length === 0) {
    masks.push(...(await storedBeside(`${local.href}.msk`, true)))
    if (masks.length > 0) masks.push(...(await storedBeside(`${local.href}.msk.ovr`, true)))
  }
  const levels = images.map((level) => ({ stored: level, mask: masks.find((mask) => sameSize(mask.image, level.image)) }))

  const transform = georeference(main, name) ?? (local && (await worldFile(local.beside, local.href, options)))
  const alphaBand = shownAsRgba(main, full) ? full.bandCount - 1 : alphaOf(main, full.bandCount, metadata)
  const info: SourceInfo = {
    width: full.width,
    height: full.height,
    dtype: full.dtype,
    wholeNumbers: full.coding.wide,
    bandCount: full.bandCount,
    alphaBand,
    hasMask: alphaBand === undefined && levels[0].mask !== undefined,
    nodata,
    transform: transform ?? IDENTITY,
    // As in GDAL: a CRS without a place in it starts at its origin, a unit a pixel.
    crs: await crsOf(main, apply(transform ?? IDENTITY, full.width / 2, full.height / 2), transform !== undefined),
    overviews: images.slice(1).map(({ image: { width, height } }) => ({ width, height })),
  }
  const tables = [...images, ...masks].reduce((sum, { table }) => sum + table.bytes, 0)
  const palette = paletteOf(main, nodata)
  return {
    info,
    metadata,
    colors: bandColors(main, full.bandCount, { said: metadata.colorInterpretations, alphaBand }),
    palette,
    levels,
    bytes: BASE_BYTES * directories.length + tables + (palette?.length ?? 0) * PALETTE_BYTES,
  }
}

/** What is broken is left out. */
function ifUnreadable(error: unknown): undefined {
  if (!(error instanceof UnreadableAssetError)) throw error
}

/** GeoKeys of which at least one must say something: a code, or the parameters of a user-defined system. */
const CRS_KEYS = [
  'ProjectedCSTypeGeoKey',
  'ProjectedCRSGeoKey',
  'GeographicTypeGeoKey',
  'GeodeticCRSGeoKey',
  'ProjectionGeoKey',
  'ProjMethodGeoKey',
  'ProjCoordTransGeoKey',
  'GeogGeodeticDatumGeoKey',
  'GeodeticDatumGeoKey',
  'GeogEllipsoidGeoKey',
  'EllipsoidGeoKey',
  'GeogSemiMajorAxisGeoKey',
  'EllipsoidSemiMajorAxisGeoKey',
]
const USER_DEFINED = 32767

/** A file whose keys say nothing, or nothing that we understand, can still be read by pixels. */
async function crsOf({ geoKeys }: Directory, centre: readonly [x: number, y: number], isPlaced: boolean): Promise<Crs> {
  const says =
    geoKeys && CRS_KEYS.some((key) => geoKeys[key] !== undefined && geoKeys[key] !== 0 && geoKeys[key] !== USER_DEFINED)
  if (!says)
    return unknownCrs(isPlaced ? 'the file does not say its coordinate reference system' : 'the file has no georeferencing')
  try {
    return withLocalShift(await crsFromGeoKeys(geoKeys), centre)
  } catch (error) {
    return unknownCrs(error instanceof SmaltiError ? error.message : 'its coordinate reference system cannot be read')
  }
}

function kindOf({ tags, isPart }: Directory): 'overview' | 'mask' | 'other' {
  const type = number(tags, TAG.newSubfileType)
  if (isPart && ((type ?? 0) & MASK) === 0) return 'overview'
  if (type === undefined) {
    const old = number(tags, TAG.subfileType)
    if (old === OLD_MASK) return 'mask'
    return old === OLD_REDUCED ? 'overview' : 'other'
  }
  if ((type & MASK) !== 0) return 'mask'
  return (type & REDUCED) !== 0 ? 'overview' : 'other'
}

function isOverview(image: Image, full: Image): boolean {
  const smaller = image.width <= full.width && image.height <= full.height && !sameSize(image, full)
  return smaller && image.bandCount === full.bandCount && image.dtype === full.dtype
}

function sameSize(a: Image, b: Image): boolean {
  return a.width === b.width && a.height === b.height
}

const CMYK = 5

/** Ink that is turned into red, green, blue and an opaque alpha, as in GDAL. */
function shownAsRgba({ tags }: Directory, { bandCount, coding }: Image): boolean {
  return number(tags, TAG.photometric) === CMYK && bandCount === 4 && coding.bitsPerSample === 8
}

/** 0-based; what GDAL's metadata say comes before ExtraSamples (1 associated, 2 unassociated alpha). */
function alphaOf({ tags }: Directory, bandCount: number, { colorInterpretations }: BandMetadata): number | undefined {
  const extra = numbers(tags, TAG.extraSamples) ?? []
  for (let band = bandCount - 1; band >= 0; band--) {
    const said = colorInterpretations[band]
    const kind = extra[band - (bandCount - extra.length)]
    if (said === undefined ? kind === 1 || kind === 2 : said === 'alpha') return band
  }
  return undefined
}

/** Samples of a block that is not stored: nodata as a value of the type, else 0. */
function fillOf(nodata: number | undefined, dtype: DataType): number {
  if (nodata === undefined || isFloat(dtype)) return nodata ?? 0
  if (Number.isNaN(nodata)) return 0
  const [min, max] = TYPE_RANGE[dtype]
  return Math.round(Math.min(max, Math.max(min, nodata)))
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof UnreadableAssetError) return undefined
    throw error
  }
}
