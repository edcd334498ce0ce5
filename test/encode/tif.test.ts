import { fromArrayBuffer } from 'geotiff'
import { describe, expect, it } from 'vitest'
import { arrayBands } from '../../src/encode/array-bands.ts'
import { tif } from '../../src/encode/tif.ts'
import { CRS84, crsFromEpsg, type Crs, fromDefinition } from '../../src/grid/crs.ts'
import { DATA_TYPES, type Raster, samplesOf, TYPE_RANGE } from '../../src/raster/raster.ts'

const width = 300
const height = 250

/** Samples over the whole range of a type, and a hole; large enough for several strips of float64. */
function rasterOf(dtype: Raster['dtype'], bandCount: number, more: Partial<Raster> = {}): Raster {
  const [min, max] = TYPE_RANGE[dtype]
  const mask = new Uint8Array(width * height).fill(255)
  mask.fill(0, 5, 500)
  const bands = Array.from({ length: bandCount }, (_, band) => {
    const samples = samplesOf(dtype, width * height)
    for (let i = 0; i < samples.length; i++) samples[i] = min * 0.9 + (max * 0.9 - min * 0.9) * (((i * (band + 7)) % 991) / 991)
    return samples
  })
  const crs = crsFromEpsg(3857) as Crs
  return { width, height, dtype, bands, masks: bands.map(() => mask), transform: [30, 0, 1000, 0, -20, 5000], crs, ...more }
}

/** As another program reads it. */
async function read(raster: Raster, mask: boolean) {
  const image = await (await fromArrayBuffer(new Uint8Array(await tif.encode(raster, { mask })).buffer)).getImage()
  const samples = await image.readRasters({ interleave: false })
  return { image, bands: [...(samples as unknown as Raster['bands'])], keys: image.getGeoKeys() ?? {} }
}

describe.each(DATA_TYPES)('%s', (dtype) => {
  it.each([1, 2, 3])('%i bands come back as they are, with the mask behind them', async (count) => {
    const raster = rasterOf(dtype, count)
    const { bands } = await read(raster, true)
    expect(bands.slice(0, count)).toEqual(raster.bands)
    const [invalid, valid] = TYPE_RANGE[dtype]
    const mask = samplesOf(dtype, width * height)
    for (let i = 0; i < mask.length; i++) mask[i] = raster.masks[0][i] === 0 ? invalid : valid
    expect(bands.slice(count)).toEqual([mask])
  })

  it('has no mask where none is wanted', async () => {
    expect((await read(rasterOf(dtype, 2), false)).bands).toHaveLength(2)
  })
})

describe('place and CRS', () => {
  it('are those of the raster', async () => {
    const { image, keys } = await read(rasterOf('uint8', 1), true)
    expect([image.getOrigin(), image.getResolution()]).toEqual([
      [1000, 5000, 0],
      [30, -20, 0],
    ])
    expect(keys).toMatchObject({ GTModelTypeGeoKey: 1, GTRasterTypeGeoKey: 1, ProjectedCSTypeGeoKey: 3857 })
  })

  it.each([
    ['EPSG:4326', crsFromEpsg(4326) as Crs],
    ['CRS84, whose axes a GeoTIFF has anyway', CRS84],
  ])('of %s are geographic', async (_, crs) => {
    const { keys } = await read(rasterOf('uint8', 1, { crs }), true)
    expect(keys).toMatchObject({ GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 4326 })
  })

  it('of a CRS without a code are told in words', async () => {
    const crs = fromDefinition('+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m')
    const { keys } = await read(rasterOf('uint8', 1, { crs }), true)
    expect(keys).toMatchObject({ GTModelTypeGeoKey: 32_767, GTCitationGeoKey: crs.definition })
  })

  it('may be rotated', async () => {
    const { image } = await read(rasterOf('uint8', 1, { transform: [3, 1, 100, 1, -3, 200] }), true)
    expect([...(image.fileDirectory.getValue('ModelTransformation') ?? [])]).toEqual([
      3, 1, 0, 100, 1, -3, 0, 200, 0, 0, 0, 0, 0, 0, 0, 1,
    ])
  })
})

async function extra(raster: Raster) {
  return (await read(raster, true)).image.fileDirectory.getValue('ExtraSamples')
}

it('holds 64-bit integers, rounded where a kernel has left fractions', async () => {
  const values = samplesOf('float64', 4)
  values.set([2 ** 40, -1.6, 7.4, Number.NaN])
  const mask = Uint8Array.of(255, 255, 255, 0)
  const raster = rasterOf('float64', 1, { width: 2, height: 2, bands: [values], masks: [mask], wholeNumbers: 'int64' })
  const { type, bands } = arrayBands(raster, true)
  expect(type).toBe('int64')
  expect(bands).toEqual([
    BigInt64Array.of(2n ** 40n, -2n, 7n, 0n),
    BigInt64Array.of(2n ** 63n - 1n, 2n ** 63n - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
  ])
})

it('calls the mask alpha where its values are alpha’s', async () => {
  expect([...((await extra(rasterOf('uint8', 3))) ?? [])]).toEqual([2])
  expect([...((await extra(rasterOf('uint16', 2))) ?? [])]).toEqual([0, 2])
  expect([...((await extra(rasterOf('float32', 1))) ?? [])]).toEqual([0])
})
