import { describe, expect, it } from 'vitest'

import { UnreadableAssetError } from '../../src/errors.ts'
import { WGS84 } from '../../src/grid/crs.ts'
import { transformer } from '../../src/grid/transformer.ts'
import { openBytes } from './reading.ts'
import { buildTiff, pictureEntries } from './tiff-builder.ts'
import type { BuiltEntry } from './tiff-builder.ts'

const DOUBLE = 12
const geoKeys = (pixelIsPoint: boolean): BuiltEntry => ({
  tag: 34735,
  type: 3,
  values: [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, pixelIsPoint ? 2 : 1, 2048, 0, 1, 4326],
})
const scale = (...values: number[]): BuiltEntry => ({ tag: 33550, type: DOUBLE, values })
const tie = (...values: number[]): BuiltEntry => ({ tag: 33922, type: DOUBLE, values })
const matrix = (...values: number[]): BuiltEntry => ({ tag: 34264, type: DOUBLE, values })
const none = (tag: number): BuiltEntry => ({ tag, type: DOUBLE, values: [] })

async function transform(more: BuiltEntry[]): Promise<readonly number[]> {
  const cog = await openBytes(buildTiff([pictureEntries({ width: 16, height: 16, more })]))
  return cog.info.transform
}

// Expected: `gdalinfo` (GDAL 3.10.3) of the same tags.
describe('pixel to CRS', () => {
  it('takes scale and tiepoint', async () => {
    expect(await transform([scale(0.5, 0.25, 0), tie(0, 0, 0, 10, 50, 0)])).toEqual([0.5, 0, 10, 0, -0.25, 50])
  })

  it('takes a tiepoint of another pixel', async () => {
    expect(await transform([scale(0.5, 0.25, 0), tie(4, 8, 0, 10, 50, 0)])).toEqual([0.5, 0, 8, 0, -0.25, 52])
  })

  it('goes half a pixel back where pixels are points', async () => {
    expect(await transform([scale(0.5, 0.25, 0), tie(0, 0, 0, 10, 50, 0), geoKeys(true)])).toEqual([
      0.5, 0, 9.75, 0, -0.25, 50.125,
    ])
  })

  it('lets rows go down whatever the sign of the second scale', async () => {
    expect(await transform([scale(0.5, -0.25, 0), tie(0, 0, 0, 10, 50, 0)])).toEqual([0.5, 0, 10, 0, -0.25, 50])
  })

  it('takes a matrix, rotation and all', async () => {
    const rotated = matrix(0.4, 0.1, 0, 10, 0.1, -0.4, 0, 50, 0, 0, 0, 0, 0, 0, 0, 1)
    expect(await transform([none(33550), none(33922), rotated])).toEqual([0.4, 0.1, 10, 0.1, -0.4, 50])
    expect(await transform([none(33550), none(33922), rotated, geoKeys(true)])).toEqual([0.4, 0.1, 9.75, 0.1, -0.4, 50.15])
  })

  it.each<[string, BuiltEntry[], RegExp]>([
    ['control points', [none(33550), tie(0, 0, 0, 1, 1, 0, 9, 9, 0, 2, 2, 0)], /control points/],
    ['a scale of NaN', [scale(NaN, 1, 0)], /not invertible/],
    ['a flat matrix', [none(33550), none(33922), matrix(1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)], /not invertible/],
  ])('refuses %s', async (_, more, message) => {
    const opened = transform(more)
    await expect(opened).rejects.toBeInstanceOf(UnreadableAssetError)
    await expect(opened).rejects.toThrow(message)
  })
})

it('a file that does not say where it lies has a unit a pixel: in its CRS from the origin, as in GDAL, else placed nowhere', async () => {
  const cog = await openBytes(buildTiff([pictureEntries({ width: 16, height: 16, more: [none(33550), none(33922)] })]))
  expect(cog.info.transform).toEqual([1, 0, 0, 0, 1, 0])
  expect(cog.info.crs.epsg).toBe(4326)
  const bare = await openBytes(
    buildTiff([pictureEntries({ width: 16, height: 16, more: [none(33550), none(33922), none(34735)] })]),
  )
  expect(bare.info.crs.unknown).toMatch(/no georeferencing/)
  expect(() => transformer(bare.info.crs, WGS84)).toThrow(/no georeferencing/)
})

describe('coordinate reference system', () => {
  it('is named by the GeoKeys', async () => {
    const cog = await openBytes(buildTiff([pictureEntries({ width: 16, height: 16 })]))
    expect(cog.info.crs).toMatchObject({ epsg: 4326, geographic: true })
  })

  it.each([
    ['without GeoKeys', []],
    ['user-defined without parameters', [1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32767]],
  ])('%s is unknown: the file is read by pixels only', async (_, values) => {
    const bytes = buildTiff([pictureEntries({ width: 16, height: 16, more: [{ tag: 34735, type: 3, values }] })])
    const { crs } = (await openBytes(bytes)).info
    expect(crs.unknown).toMatch(/coordinate reference system/)
    expect(() => transformer(crs, WGS84)).toThrow(UnreadableAssetError)
  })
})
