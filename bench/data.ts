import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crsFromEpsg, WGS84 } from '../src/grid/crs.ts'
import type { BBox } from '../src/grid/bbox.ts'
import { transformBounds } from '../src/grid/transformer.ts'
import { samplesOf, type DataType, type Samples } from '../src/raster/raster.ts'
import type { Compression } from '../scripts/fixtures/block-codec.ts'
import { writeCog, type CogOptions } from '../scripts/fixtures/cog-writer.ts'
import { mosaicOf, type Piece } from '../scripts/fixtures/mosaic-document.ts'

/** A file of one picture in UTM 33, 10 m a pixel, so that Web Mercator tiles are warped. */
export interface BenchFile {
  readonly name: string
  readonly dtype: DataType
  readonly bandCount: number
  readonly write: Partial<CogOptions> & { readonly compression: Compression }
}

export const FILES: readonly BenchFile[] = [
  ...(['none', 'deflate', 'lzw', 'zstd', 'jpeg', 'webp'] as const).map((compression) => ({
    name: `rgb-${compression}`,
    dtype: 'uint8' as const,
    bandCount: 3,
    write: { compression },
  })),
  { name: 'uint16-deflate', dtype: 'uint16', bandCount: 3, write: { compression: 'deflate', predictor: 2, nodata: 0 } },
  { name: 'float32-deflate', dtype: 'float32', bandCount: 1, write: { compression: 'deflate', predictor: 3, nodata: -9999 } },
]

/** Mosaics of 2 x 2 files. */
export const MOSAICS = ['rgb-jpeg', 'rgb-webp', 'rgb-deflate', 'uint16-deflate', 'float32-deflate'] as const
/** A mosaic of files over the same ground, with holes in them. */
const STACK = { name: 'stack', files: 8 } as const

export interface BenchData {
  readonly folder: string
  fileOf(name: string): string
  mosaicOf(name: string): string
  /** Of the mosaics, in degrees. */
  readonly bounds: BBox
}

const SIDE = 2048
const RESOLUTION = 10
const WEST = 500_000
const NORTH = 5_300_000
const EPSG = 32633
const BLOCK = 512
/** Changes when what is written changes. */
const STAMP = 'made-3'

/** Makes the files in `folder` unless they are there. */
export async function makeData(folder: string): Promise<BenchData> {
  const data: BenchData = {
    folder,
    fileOf: (name) => join(folder, `${name}-0-0.tif`),
    mosaicOf: (name) => join(folder, `${name}.json`),
    bounds: boundsOf(0, 0, 2),
  }
  const stamp = join(folder, STAMP)
  // The documents name whole paths: a folder that was moved is made anew.
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === folder) return data
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const file of FILES) {
    const side = MOSAICS.some((name) => name === file.name) ? 2 : 1
    for (let row = 0; row < side; row++) for (let col = 0; col < side; col++) await makeFile(folder, file, col, row)
  }
  for (let i = 0; i < STACK.files; i++) await makeLayer(folder, i)
  for (const name of MOSAICS) await writeFile(data.mosaicOf(name), JSON.stringify(documentOf(folder, name)))
  await writeFile(data.mosaicOf(STACK.name), JSON.stringify(stackDocument(folder)))
  await writeFile(stamp, folder)
  return data
}

async function makeFile(folder: string, { name, dtype, bandCount, write }: BenchFile, col: number, row: number): Promise<void> {
  const bands = Array.from({ length: bandCount }, (_, band) => picture(dtype, band, col * SIDE, row * SIDE))
  await writeCog(join(folder, `${name}-${col}-${row}.tif`), {
    width: SIDE,
    height: SIDE,
    bands,
    ...placed(col * SIDE, row * SIDE),
    ...write,
  })
}

/** One of the stack: over all of the ground in half of its resolution, a few pixels beside the one before, holes in other places. */
async function makeLayer(folder: string, i: number): Promise<void> {
  const holes = picture('uint8', 7 * i, 900 * i, 0)
  const bands = [0, 1, 2].map((band) =>
    picture('uint8', band + i, 0, 0).map((value, at) => (holes[at] < 120 ? 0 : Math.max(1, value))),
  )
  await writeCog(join(folder, layerName(i)), {
    width: SIDE,
    height: SIDE,
    bands,
    ...placed(i * 3, i * 2, 2),
    compression: 'deflate',
    nodata: 0,
  })
}

function layerName(i: number): string {
  return `${STACK.name}-${i}.tif`
}

/** @param x, y pixels from the corner of the mosaics. @param scale times their resolution */
function placed(x: number, y: number, scale = 1): Pick<CogOptions, 'crs' | 'transform' | 'blockSize'> {
  const size = RESOLUTION * scale
  return {
    crs: { epsg: EPSG },
    transform: [size, 0, WEST + x * RESOLUTION, 0, -size, NORTH - y * RESOLUTION],
    blockSize: BLOCK,
  }
}

/** Hills with grain: codecs meet neither a flat picture nor pure noise. The grain is the same in every run. */
function picture(dtype: DataType, band: number, x0: number, y0: number): Samples {
  const samples = samplesOf(dtype, SIDE * SIDE)
  const scale = dtype === 'uint16' ? 30 : 1
  let seed = 1 + x0 + y0 * 7 + band
  for (let i = 0; i < samples.length; i++) {
    const x = x0 + (i % SIDE)
    const y = y0 + Math.floor(i / SIDE)
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0
    const hills = Math.sin(x / 70 + band) * Math.cos(y / 50) * 60 + Math.sin((x + 2 * y) / 17) * 20
    samples[i] = (128 + hills + (seed >>> 30)) * scale
  }
  return samples
}

function boundsOf(col: number, row: number, side: number): BBox {
  const extent = SIDE * RESOLUTION
  const utm = crsFromEpsg(EPSG)
  if (!utm) throw new Error(`EPSG:${EPSG} is not known`)
  const west = WEST + col * extent
  const north = NORTH - row * extent
  return transformBounds(utm, WGS84, [west, north - side * extent, west + side * extent, north])
}

const ZOOMS = { mosaicjson: '0.0.3', minzoom: 8, maxzoom: 16, quadkeyZoom: 11 } as const

/** Whole paths: titiler looks for others below its own folder. */
function documentOf(folder: string, name: string): object {
  const pieces: Piece[] = [0, 1, 2, 3].map((i) => {
    const [col, row] = [i % 2, i >> 1]
    return { asset: join(folder, `${name}-${col}-${row}.tif`), bounds: boundsOf(col, row, 1) }
  })
  return mosaicOf(pieces, { ...ZOOMS, name })
}

function stackDocument(folder: string): object {
  const pieces = Array.from({ length: STACK.files }, (_, i) => ({ asset: join(folder, layerName(i)), bounds: boundsOf(0, 0, 2) }))
  return mosaicOf(pieces, { ...ZOOMS, name: STACK.name })
}
