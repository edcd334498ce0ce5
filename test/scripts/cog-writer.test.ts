import { fromArrayBuffer } from 'geotiff'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { bandOf, writeCog } from '../../scripts/fixtures/cog-writer.ts'
import type { CogOptions } from '../../scripts/fixtures/cog-writer.ts'
import { halve } from '../../scripts/fixtures/reduce.ts'

const WIDTH = 150
const HEIGHT = 100
const DEFAULTS = {
  width: WIDTH,
  height: HEIGHT,
  crs: { epsg: 4326 },
  transform: [0.01, 0, 10, 0, -0.01, 50],
  blockSize: 64,
} as const

/** Pseudo-random samples: LZW's table overflows several times a block. */
const noise = (col: number, row: number): number => (Math.imul(col * 7919 + row * 104_729 + 12_345, 2_654_435_761) >>> 24) & 0xff
const smooth = (col: number, row: number): number => 40 + Math.floor((col + row) / 2)

async function readBack(bands: CogOptions['bands'], options: Partial<CogOptions>): Promise<{ pixels: Buffer; bands: Buffer }> {
  const file = await writeCog(undefined, { ...DEFAULTS, bands, ...options })
  const pixels = await sharp(file).raw().toBuffer()
  const chunky = Buffer.alloc(pixels.length)
  for (let i = 0; i < chunky.length; i++) chunky[i] = bands[i % bands.length][Math.floor(i / bands.length)]
  return { pixels, bands: chunky }
}

const threeBands = (formula: (col: number, row: number) => number) =>
  [0, 17, 31].map((shift) => bandOf('uint8', WIDTH, HEIGHT, (col, row) => formula(col + shift, row)))

describe('a file of the COG writer, read by libtiff', () => {
  const lossless: Partial<CogOptions>[] = [
    { compression: 'none' },
    { compression: 'deflate' },
    { compression: 'deflate', predictor: 2 },
    { compression: 'lzw' },
    { compression: 'lzw', predictor: 2 },
    { compression: 'webp', lossless: true },
    { compression: 'deflate', littleEndian: false },
  ]
  it.each(lossless)('has the very samples: %o', async (options) => {
    const { pixels, bands } = await readBack(threeBands(noise), options)
    expect(pixels.equals(bands)).toBe(true)
  })

  const lossy: Partial<CogOptions>[] = [
    { compression: 'jpeg', quality: 90 },
    { compression: 'jpeg', quality: 90, chromaSubsampling: false, sharedJpegTables: false },
    { compression: 'webp', quality: 90 },
  ]
  it.each(lossy)('has nearly the samples, at most 12 off: %o', async (options) => {
    const { pixels, bands } = await readBack(threeBands(smooth), options)
    expect(Math.max(...pixels.map((value, i) => Math.abs(value - bands[i])))).toBeLessThanOrEqual(12)
  })
})

describe('the layout', () => {
  it('has all IFDs first, then the blocks, smallest overview first, masks beside their images', async () => {
    const mask = bandOf('uint8', WIDTH, HEIGHT, (col) => (col < 20 ? 0 : 255)) as Uint8Array
    const file = await writeCog(undefined, { ...DEFAULTS, bands: threeBands(noise), mask })
    const tiff = await fromArrayBuffer(file.slice().buffer)
    const images = await Promise.all(Array.from({ length: await tiff.getImageCount() }, (_, i) => tiff.getImage(i)))
    const tag = (name: string) => images.map((image) => image.fileDirectory.getValue(name as 'ImageWidth'))
    expect(tag('ImageWidth')).toEqual([150, 150, 75, 75, 38, 38])
    expect(tag('NewSubfileType')).toEqual([0, 4, 1, 5, 1, 5])
    const offsets = await Promise.all(images.map((image) => image.fileDirectory.loadValue('TileOffsets' as never)))
    const firstOffsets = offsets.map((values) => Number((values as ArrayLike<number>)[0]))
    const images0 = [firstOffsets[4], firstOffsets[2], firstOffsets[0]]
    expect(images0).toEqual([...images0].sort((a, b) => a - b))
  })

  it('leaves out blocks without a valid pixel when it is asked for a sparse file', async () => {
    const band = bandOf('int16', WIDTH, HEIGHT, (col) => (col < 64 ? -1 : col))
    const options = { ...DEFAULTS, bands: [band], nodata: -1, overviews: 0, structuralMetadata: false }
    const tiff = await fromArrayBuffer((await writeCog(undefined, { ...options, sparse: true })).slice().buffer)
    const counts = await (await tiff.getImage()).fileDirectory.loadValue('TileByteCounts' as never)
    expect([...(counts as Iterable<number>)].map((bytes) => Number(bytes) > 0)).toEqual([false, true, true, false, true, true])
  })
})

describe('an overview', () => {
  it('is the mean of the valid pixels, rounded half up, and nodata where there are none', () => {
    const band = Int16Array.from([1, 2, -9, -9, 5, -9, -9, -9, -9])
    const { width, height, bands } = halve({ width: 3, height: 3, bands: [band] }, { dtype: 'int16', nodata: -9 })
    expect([width, height]).toEqual([2, 2])
    // (1 + 2 + 5) / 3 = 2.67; the others have no valid pixel.
    expect([...bands[0]]).toEqual([3, -9, -9, -9])
  })

  it('is valid where any pixel under its mask is', () => {
    const mask = Uint8Array.from([0, 0, 255, 0])
    const { mask: reduced, bands } = halve(
      { width: 2, height: 2, bands: [Uint8Array.from([9, 9, 7, 9])], mask },
      { dtype: 'uint8' },
    )
    expect([reduced?.[0], bands[0][0]]).toEqual([255, 7])
  })
})
