import { readFileSync, readdirSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import type { DataType, Samples } from '../../src/raster/raster.ts'
import { formula } from './formula.ts'
import { openBytes, readLevel } from './reading.ts'
import { DATA, buildTiff, pictureEntries } from './tiff-builder.ts'
import type { BuiltEntry } from './tiff-builder.ts'

const FIXTURES = new URL('fixtures/', import.meta.url)

/** What GDAL read: bands one after the other. */
function expected(name: string, like: readonly Samples[]): Samples[] {
  const bytes = readFileSync(new URL(name, FIXTURES))
  const Type = like[0].constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => Samples
  const { buffer } = new Uint8Array(bytes)
  return like.map((band, i) => new Type(buffer, i * band.byteLength, band.length))
}

/** The bits of a byte the other way round. */
const flip = (byte: number) => Number.parseInt(byte.toString(2).padStart(8, '0').split('').toReversed().join(''), 2)

const open = (name: string) => openBytes(readFileSync(new URL(name, FIXTURES)))

describe('every codec, predictor, type, byte order and interleaving that GDAL writes', () => {
  const names = readdirSync(new URL('codecs/', FIXTURES))
  it('has its fixtures', () => expect(names.length).toBeGreaterThan(80))

  it.each(names)('%s: all samples exact', async (name) => {
    const dtype = name.split('-')[2] as DataType
    const cog = await open(`codecs/${name}`)
    const { bands, width, height } = await readLevel(cog)
    expect(cog.info.dtype).toBe(dtype)
    expect(bands.length).toBeGreaterThan(1)
    for (const [band, samples] of bands.entries()) expect(samples).toEqual(formula(dtype, band, width, height))
  })
})

describe('samples that are decoded to others', () => {
  it.each([
    ['half', 'float32'],
    ['half-big-p2', 'float32'],
    ['half-p3', 'float32'],
    ['int64-big-p2', 'float64'],
    ['uint64', 'float64'],
    ['cmyk', 'uint8'],
    ['fax-group3', 'uint8'],
    ['fax-group4', 'uint8'],
  ])('%s: exactly what GDAL reads, as %s', async (name, dtype) => {
    const cog = await open(`${name}.tif`)
    const { bands } = await readLevel(cog)
    expect(cog.info.dtype).toBe(dtype)
    expect(bands).toEqual(expected(`${name}.tif.bin`, bands))
  })

  it('refuses 64-bit integers that a float64 does not hold, by name', async () => {
    const cog = await open('int64-beyond.tif')
    await expect(readLevel(cog)).rejects.toThrow(/file\.tif: .*int64 sample \d+ is beyond what a float64 holds/)
  })

  it('cmyk: the fourth band is an alpha that is opaque', async () => {
    expect((await open('cmyk.tif')).info.alphaBand).toBe(3)
  })

  it('reads bytes whose bits are the other way round (FillOrder 2)', async () => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => i)
    const file = (more: BuiltEntry[]) =>
      buildTiff([pictureEntries({ width: 16, height: 16, offsets: [DATA], counts: [256], more })], { data })
    const plain = await readLevel(await openBytes(file([])))
    const reversed = await readLevel(await openBytes(file([{ tag: 266, type: 3, values: [2] }])))
    expect([...plain.bands[0]]).toEqual([...data])
    expect([...reversed.bands[0]]).toEqual([...plain.bands[0]].map(flip))
  })
})

describe('pictures as blocks', () => {
  it.each([
    'jpeg-ycbcr',
    'jpeg-rgb',
    'jpeg-grey',
    'jpeg-rgba',
    'jpeg-strips',
    'webp-lossy',
    'webp-lossless',
    'webp-rgba',
    'webp-opaque-rgba',
  ])('%s: exactly what GDAL decodes', async (name) => {
    const { bands } = await readLevel(await open(`${name}.tif`))
    expect(bands).toEqual(expected(`${name}.tif.bin`, bands))
  })
})

describe('masks and overviews', () => {
  it('pairs 1-bit masks with the image and with each overview', async () => {
    const cog = await open('mask-overviews.tif')
    expect(cog.info.hasMask).toBe(true)
    expect(cog.info.overviews).toEqual([
      { width: 35, height: 25 },
      { width: 18, height: 13 },
    ])
    for (const level of [0, 1, 2]) {
      const suffix = level === 0 ? '' : `.${level}`
      const { bands, mask } = await readLevel(cog, level)
      expect(bands).toEqual(expected(`mask-overviews.tif${suffix}.bin`, bands))
      expect(mask).toEqual(new Uint8Array(readFileSync(new URL(`mask-overviews.tif${suffix}.mask.bin`, FIXTURES))))
    }
  })

  it('reads the mask of a file in strips', async () => {
    const { bands, mask } = await readLevel(await open('mask-strips.tif'))
    expect(bands).toEqual(expected('mask-strips.tif.bin', bands))
    expect(mask).toEqual(new Uint8Array(readFileSync(new URL('mask-strips.tif.mask.bin', FIXTURES))))
  })

  it('leaves the mask unread when it is not wanted', async () => {
    const cog = await open('mask-overviews.tif')
    const { blocks } = await cog.readWindow(0, { x: 0, y: 0, width: 10, height: 10 }, { mask: false })
    expect(blocks.map((block) => block.mask)).toEqual([undefined])
  })

  it('takes the alpha band from ExtraSamples, and then no mask', async () => {
    const { info } = await open('webp-rgba.tif')
    expect(info).toMatchObject({ alphaBand: 3, hasMask: false, bandCount: 4 })
  })
})

describe('layouts', () => {
  it.each([1, 2, 4, 12])('unpacks samples of %i bits', async (bits) => {
    const { bands } = await readLevel(await open(`bits-${bits}.tif`))
    expect(bands).toEqual(expected(`bits-${bits}.tif.bin`, bands))
  })

  it('reads a big-endian BigTIFF with its overview', async () => {
    const cog = await open('bigtiff-big-endian.tif')
    for (const [level, suffix] of ['', '.1'].entries()) {
      const { bands } = await readLevel(cog, level)
      expect(bands).toEqual(expected(`bigtiff-big-endian.tif${suffix}.bin`, bands))
    }
  })

  it('fills blocks that are not stored with nodata', async () => {
    const cog = await open('sparse.tif')
    const { bands } = await readLevel(cog)
    expect(cog.info.nodata).toBe(-9999)
    expect(bands).toEqual(expected('sparse.tif.bin', bands))
  })

  it('lends blocks in shared memory, one region a block, cut to the level', async () => {
    const cog = await open('codecs/deflate-p1-uint8-little-pixel.tif')
    const { blocks } = await cog.withWindows([{ level: 0, x: 0, y: 0, width: 19, height: 9 }], {}, ([window]) => window)
    expect(blocks.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 16, 9],
      [16, 0, 3, 9],
    ])
    const places = blocks.map(({ bands }) => bands.map((band) => (band?.byteOffset ?? NaN) % 4096))
    expect(places).toEqual([
      [0, 144, 288],
      [0, 27, 54],
    ])
    expect(new Set(blocks.flatMap(({ bands }) => bands.map((band) => band?.buffer))).size).toBe(1)
    expect(blocks[0].bands[0]?.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('reads only the wanted bands of a planar file', async () => {
    const cog = await open('codecs/deflate-p2-uint8-little-band.tif')
    const { blocks } = await cog.readWindow(0, { x: 0, y: 0, width: 4, height: 4 }, { bands: [2] })
    expect(blocks).toHaveLength(1)
    expect(blocks[0].bands.map((band) => band !== undefined)).toEqual([false, false, true])
    expect(blocks[0].bands[2]?.[0]).toBe(34)
  })
})
