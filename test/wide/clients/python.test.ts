import { inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../../../scripts/servers/smalti.ts'
import { demoFolder, startDemo } from '../demo.ts'
import { hasPython, told } from './python.ts'

const mosaic = `${demoFolder}/blue-marble.json`
const asset = `${demoFolder}/blue-marble/r0c1.tif`
const tile = { z: 3, x: 4, y: 3 }

interface Layer {
  readonly epsg: number
  readonly bands: number
  readonly resolution: number
  readonly bounds: readonly number[]
  readonly overviews: number
  readonly alpha: boolean
  readonly shape: readonly number[]
  /** Band by band, packed by zlib, as base64. */
  readonly samples: string
}

describe.skipIf(!hasPython)('clients in Python', () => {
  let smalti: Running
  beforeAll(async () => {
    smalti = await startDemo()
  })
  afterAll(() => smalti?.stop())

  test("GDAL's WMTS and TMS drivers give the samples of the tile, where it lies", async () => {
    const { z, x, y } = tile
    const layers = await told<{ wmts: Layer & { layers: number }; tms: Layer }>(
      'gdal.py',
      smalti.base,
      mosaic,
      ...[z, x, y].map(String),
    )
    const url = `${smalti.base}/mosaic/tiles/WebMercatorQuad/${z}/${x}/${y}.png?url=${encodeURIComponent(mosaic)}`
    const reply = await fetch(url)
    const picture = await sharp(await reply.arrayBuffer())
      .ensureAlpha()
      .raw()
      .toBuffer()
    for (const layer of [layers.wmts, layers.tms]) {
      expect(layer).toMatchObject({ epsg: 3857, bands: 4, alpha: true, shape: [4, 256, 256] })
      const samples = inflateSync(Buffer.from(layer.samples, 'base64'))
      const differing = samples.filter((value, i) => value !== picture[(i % 65_536) * 4 + Math.floor(i / 65_536)])
      expect(differing.length).toBe(0)
    }
    expect(layers.wmts.layers).toBeGreaterThan(5)
    // The tile's own zoom: 2 pi 6378137 / 256 / 8.
    expect(layers.tms.resolution).toBeCloseTo(19_567.879, 2)
  })

  test("titiler's own users change the host: httpx, rasterio, numpy and rio-tiler find what they expect", async () => {
    const said = await told<Record<string, unknown>>('titiler_client.py', smalti.base, mosaic, asset)
    expect(said).toMatchObject({
      info: { minzoom: 0, name: expect.stringContaining('Blue Marble') },
      tilejson: { tilejson: '3.0.0', minzoom: 0, scheme: 'xyz' },
      tile: { status: 200, type: 'image/png', shape: [expect.any(Number), 512, 512] },
      tif: { same: true, epsg: 3857 },
      npy: { shape: [4, 256, 256], dtype: 'uint8', mask_differs: 0, largest_difference: 0 },
      feature: { status: 200, name: 'field', bands: ['b1', 'b2', 'b3'] },
      wrong: { status: 404, detail: true },
    })
    const { cog } = said as { cog: { info: object; expected: object; means: [number, number][] } }
    expect(cog.info).toEqual(cog.expected)
    expect(cog.means).toHaveLength(3)
    for (const [own, expected] of cog.means) expect(own).toBeCloseTo(expected, 6)
  })
})
