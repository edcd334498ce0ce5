import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App } from '../../routes/context.ts'
import { readNpy, type NpyPicture } from './npy.ts'
import { fixtures, realApp } from './real-app.ts'

interface Recorded extends NpyPicture {
  readonly bounds: readonly number[]
}

type Statistics = Readonly<Record<string, Readonly<Record<string, unknown>>>>

interface Expected {
  readonly info: Readonly<Record<string, unknown>>
  readonly bounds: readonly number[]
  readonly zooms: readonly [number, number]
  readonly points: readonly { readonly at: readonly [number, number]; readonly values: readonly (number | null)[] }[]
  readonly preview: Recorded
  readonly warped: Recorded
  readonly box: readonly number[]
  readonly part: Recorded
  readonly part3857: Recorded
  readonly feature: object
  readonly cut: Recorded
  readonly statistics: Statistics
  readonly featureStatistics: Statistics
  readonly bands: readonly string[]
}

// Made by test/routes/fixtures/make.py with rio-tiler 9.4.12.
const recorded = JSON.parse(gunzipSync(readFileSync(new URL('fixtures/expected.json.gz', import.meta.url))).toString()) as {
  readonly files: Readonly<Record<string, Expected>>
  readonly mosaic: { box: number[]; part: Recorded; feature: object }
}

let app: App
let close: () => Promise<void>
beforeAll(async () => {
  ;({ app, close } = await realApp())
})
afterAll(() => close())

async function get(path: string, query: Readonly<Record<string, string>>) {
  const reply = await app.inject({ method: 'GET', url: path, query })
  expect(reply.statusCode, reply.body.slice(0, 300)).toBe(200)
  return reply
}

async function post(path: string, query: Readonly<Record<string, string>>, payload: object) {
  const reply = await app.inject({ method: 'POST', url: path, query, payload })
  expect(reply.statusCode, reply.body.slice(0, 300)).toBe(200)
  return reply
}

/** At least 99.5 % of the samples are the same to 1e-5 of their value, the mask included. */
function expectSamePicture(reply: { readonly rawPayload: Buffer; readonly headers: object }, wanted: Recorded): void {
  const found = readNpy(reply.rawPayload)
  expect([found.width, found.height, found.bands.length]).toEqual([wanted.width, wanted.height, wanted.bands.length])
  const bbox = String((reply.headers as Record<string, unknown>)['content-bbox'])
    .split(',')
    .map(Number)
  const size = wanted.bounds[2] - wanted.bounds[0]
  bbox.forEach((value, i) => expect(Math.abs(value - wanted.bounds[i])).toBeLessThan(1e-6 * Math.abs(size)))
  const all = wanted.bands.flatMap((band, b) => band.map((value, i) => same(found.bands[b][i], value)))
  expect(all.filter(Boolean).length / all.length).toBeGreaterThanOrEqual(0.995)
}

function same(a: number | null, b: number | null): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b))
}

describe.each(Object.entries(recorded.files))('%s.tif is what rio-tiler says', (name, wanted) => {
  const url = `${fixtures}${name}.tif`

  it('info', async () => {
    const found = (await get('/cog/info', { url })).json() as Record<string, unknown>
    // Tags of GDAL's own (blocks, compression) are not in ours, and a CRS of its own is a PROJ text.
    const { band_metadata: _, crs, ...others } = wanted.info
    expect(found).toMatchObject(others)
    expect(String(found.crs).startsWith('http') ? found.crs : 'its own').toBe(String(crs).startsWith('http') ? crs : 'its own')
  })

  it('info.geojson and TileJSON: bounds to 1e-6 degrees, zooms', async () => {
    const feature = (await get('/cog/info.geojson', { url })).json() as { bbox: number[] }
    feature.bbox.forEach((value, i) => expect(value).toBeCloseTo(wanted.bounds[i], 6))
    const tileJson = (await get('/cog/WebMercatorQuad/tilejson.json', { url })).json() as Record<string, unknown>
    expect([tileJson.minzoom, tileJson.maxzoom]).toEqual(wanted.zooms)
    expect(tileJson.data_type).toBe(wanted.info.dtype)
    expect((tileJson.tiles as string[])[0]).toContain('/cog/tiles/WebMercatorQuad/{z}/{x}/{y}?')
  })

  it('points', async () => {
    for (const { at, values } of wanted.points) {
      const found = (await get(`/cog/point/${at.join(',')}`, { url })).json() as { values: number[]; band_names: string[] }
      found.values.forEach((value, i) => expect(same(value, values[i]), `${value} for ${values[i]}`).toBe(true))
      expect(found.band_names).toEqual(wanted.bands)
    }
  })

  it('preview, in its own CRS and in another', async () => {
    expectSamePicture(await get('/cog/preview.npy', { url, max_size: '24' }), wanted.preview)
    expectSamePicture(await get('/cog/preview.npy', { url, max_size: '24', dst_crs: 'EPSG:3857' }), wanted.warped)
  })

  it('boxes', async () => {
    const path = `/cog/bbox/${wanted.box.join(',')}.npy`
    expectSamePicture(await get(path, { url, max_size: '24' }), wanted.part)
    expectSamePicture(await get(path, { url, width: '20', dst_crs: 'EPSG:3857' }), wanted.part3857)
  })

  it('features', async () => {
    expectSamePicture(await post('/cog/feature.npy', { url, max_size: '24' }, wanted.feature), wanted.cut)
  })

  it('statistics of the file and of a feature, to 1e-5', async () => {
    expectSameStatistics((await get('/cog/statistics', { url })).json(), wanted.statistics)
    const answer = (await post('/cog/statistics', { url }, wanted.feature)).json() as { properties: Record<string, unknown> }
    expect(answer.properties.name).toBe('star')
    expectSameStatistics(answer.properties.statistics as Statistics, wanted.featureStatistics)
  })
})

type Histogram = [counts: number[], edges: number[]]

/** A number to 1e-5, a text, or a histogram: counts exactly, edges to 1e-5. */
function sameStatistic(found: unknown, wanted: unknown): boolean {
  if (typeof wanted === 'number') return same(found as number, wanted)
  if (!Array.isArray(wanted)) return found === wanted
  const [counts, edges] = found as Histogram
  const [wantedCounts, wantedEdges] = wanted as Histogram
  return String(counts) === String(wantedCounts) && wantedEdges.every((edge, i) => same(edges[i], edge))
}

function expectSameStatistics(found: Statistics, wanted: Statistics): void {
  expect(Object.keys(found)).toEqual(Object.keys(wanted))
  for (const [band, statistics] of Object.entries(wanted)) {
    expect(Object.keys(found[band]).toSorted()).toEqual(Object.keys(statistics).toSorted())
    for (const [name, value] of Object.entries(statistics)) {
      const other = found[band][name]
      expect(sameStatistic(other, value), `${band}.${name}: ${String(other)} for ${String(value)}`).toBe(true)
    }
  }
}

it('arrays of a file of 64-bit integers have its type', async () => {
  const url = new URL('../cog/fixtures/uint64.tif', import.meta.url).pathname
  const other = await realApp(['--allow', new URL('../cog/fixtures/', import.meta.url).pathname])
  const info = await other.app.inject({ url: '/cog/info', query: { url } })
  const array = await other.app.inject({ url: '/cog/preview.npy', query: { url, max_size: '8' } })
  await other.close()
  expect((info.json() as { dtype: string }).dtype).toBe('uint64')
  expect(array.rawPayload.toString('latin1', 0, 128)).toContain("'<u8'")
})

describe('a mosaic', () => {
  const url = `${fixtures}mosaics/mosaic.json`

  it('gives the pictures of boxes that rio-tiler composes', async () => {
    const { box, part } = recorded.mosaic
    expectSamePicture(await get(`/mosaic/bbox/${box.join(',')}.npy`, { url, max_size: '40' }), part)
  })

  it('gives the values of every asset at a point, in mosaic order', async () => {
    const answer = (await get('/mosaic/point/11.8,49.25', { url })).json() as {
      coordinates: number[]
      assets: { name: string }[]
    }
    expect(answer.coordinates).toEqual([11.8, 49.25])
    expect(answer.assets.map(({ name }) => name.split('/').pop())).toEqual(['west.tif', 'east.tif'])
  })

  it('answers 204 where it has nothing', async () => {
    for (const path of ['/mosaic/point/100,10', '/mosaic/bbox/100,10,101,11.npy']) {
      expect((await app.inject({ url: path, query: { url } })).statusCode).toBe(204)
    }
    const feature = {
      type: 'Feature',
      properties: {},
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [1, 1],
            [2, 1],
            [2, 2],
            [1, 1],
          ],
        ],
      },
    }
    expect((await app.inject({ method: 'POST', url: '/mosaic/feature.npy', query: { url }, payload: feature })).statusCode).toBe(
      204,
    )
    expect((await app.inject({ method: 'POST', url: '/mosaic/statistics', query: { url }, payload: feature })).statusCode).toBe(
      204,
    )
  })

  it('names the assets under a feature, and keeps what else the feature says', async () => {
    const payload = { type: 'FeatureCollection', name: 'mine', features: [{ ...recorded.mosaic.feature, id: 7 }] }
    const answer = (await post('/mosaic/statistics', { url, p: '50' }, payload)).json() as {
      name: string
      features: { id: number; properties: { used_assets: string[]; statistics: Statistics } }[]
    }
    expect(answer.name).toBe('mine')
    expect(answer.features[0].id).toBe(7)
    expect(answer.features[0].properties.used_assets.map((asset) => asset.split('/').pop())).toEqual(['west.tif', 'east.tif'])
    const { b1 } = answer.features[0].properties.statistics
    expect(b1.percentile_50).toBe(b1.median)
  })

  it('sends the same picture under 304 when it is asked for again', async () => {
    const path = `/mosaic/bbox/${recorded.mosaic.box.join(',')}/16x16.png`
    const { headers } = await get(path, { url })
    const again = await app.inject({ url: path, query: { url }, headers: { 'if-none-match': String(headers.etag) } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })
})

const polygon = (ring: unknown) => ({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } })

describe('what a URL cannot ask for', () => {
  const url = `${fixtures}rgb-zstd-p2.tif`
  const mosaic = `${fixtures}mosaics/mosaic.json`
  const ring = [
    [14, 50],
    [15, 50],
    [15, 51],
    [14, 50],
  ]

  it.each([
    ['too many pixels', `/cog/bbox/13.7,49.5,15,50.4/60000x60000.npy`, url, 422, 'max_size'],
    ['too many pixels of a preview', '/cog/preview/60000x60000.png', url, 422, 'max_size'],
    ['a box the wrong way round', '/cog/bbox/15,50,14,51.npy', url, 422, 'bbox'],
    ['a box of a mosaic the wrong way round', '/mosaic/bbox/13,49,12,48.npy', mosaic, 422, 'bbox'],
    ['a CRS that does not exist', '/cog/bbox/14,50,15,51.npy?dst_crs=EPSG:999999', url, 422, 'dst_crs'],
    ['a CRS of the coordinates that does not exist', '/cog/point/14,50?coord_crs=moon', url, 422, 'coord_crs'],
    ['a band that is not there', '/cog/point/14.5,50.2?bidx=9', url, 400, 'bidx'],
    ['a point outside of the file', '/cog/point/0,0', url, 404, 'outside'],
    ['bins that fall', '/cog/statistics?histogram_bins=9,5', url, 422, 'histogram_bins'],
    ['a range that is none', '/cog/statistics?histogram_range=a,b', url, 422, 'histogram_range'],
  ])('%s', async (_, path, source, status, name) => {
    const separator = path.includes('?') ? '&' : '?'
    const reply = await app.inject({ url: `${path}${separator}url=${encodeURIComponent(source)}` })
    expect([reply.statusCode, reply.body]).toEqual([status, expect.stringContaining(name)])
  })

  it.each([
    ['no body', undefined],
    ['no feature', { type: 'Polygon', coordinates: [ring] }],
    ['a point', { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [14, 50] } }],
    ['a ring that is open', polygon(ring.slice(0, 3))],
    [
      'a ring of texts',
      polygon([
        ['a', 'b'],
        [1, 2],
        [3, 4],
        ['a', 'b'],
      ]),
    ],
    ['no ring', { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [] } }],
  ])('a feature with %s is a 422 that names the body', async (_, payload) => {
    const reply = await app.inject({ method: 'POST', url: '/cog/feature.npy', query: { url }, payload })
    expect([reply.statusCode, reply.body]).toEqual([422, expect.stringContaining('body')])
  })

  it('pages of other origins may post features', async () => {
    const headers = {
      origin: 'https://example.org',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    }
    const reply = await app.inject({ method: 'OPTIONS', url: '/cog/feature.npy', headers })
    expect(reply.headers['access-control-allow-methods']).toContain('POST')
    expect(reply.headers['access-control-allow-headers']).toContain('content-type')
  })

  it('JSON that is none is a 422', async () => {
    const headers = { 'content-type': 'application/geo+json' }
    const reply = await app.inject({ method: 'POST', url: '/cog/feature.npy', query: { url }, payload: '{"type":', headers })
    expect([reply.statusCode, reply.body]).toEqual([422, expect.stringContaining('JSON')])
  })

  it.each([
    ['/cog/point/13.5,50.5', 'rescale=x'],
    ['/cog/point/13.5,50.5', 'algorithm=none'],
    ['/cog/statistics', 'rescale=x'],
  ])('a parameter that the route does not have is not looked at: %s?%s', async (path, other) => {
    const [plain, reply] = await Promise.all(
      [`url=${encodeURIComponent(url)}`, `url=${encodeURIComponent(url)}&${other}`].map((query) =>
        app.inject(`${path}?${query}`),
      ),
    )
    expect([reply.statusCode, reply.body]).toEqual([plain.statusCode, plain.body])
  })

  it.each(['resampling', 'reproject'])('a point has no value by an unknown %s', async (name) => {
    const reply = await app.inject({ url: '/cog/point/13.5,50.5', query: { url, [name]: 'best' } })
    expect([reply.statusCode, reply.body]).toEqual([422, expect.stringContaining(name)])
  })

  it('coverage in finer parts than the picture allows is a 422', async () => {
    const { feature } = recorded.files['rgb-zstd-p2']
    const query = { url, cover_scale: '1000', width: '1500', height: '1500' }
    const reply = await app.inject({ method: 'POST', url: '/cog/statistics', query, payload: feature })
    expect([reply.statusCode, reply.body]).toEqual([422, expect.stringContaining('cover_scale')])
  })

  it('more vertices than the operator allows are a 413', async () => {
    const small = await realApp(['--max-vertices', '10'])
    const circle = Array.from({ length: 20 }, (_, i) => [14 + Math.cos((i * Math.PI) / 10), 50 + Math.sin((i * Math.PI) / 10)])
    const payload = polygon([...circle, circle[0]])
    const reply = await small.app.inject({ method: 'POST', url: '/cog/feature.npy', query: { url }, payload })
    await small.close()
    expect([reply.statusCode, reply.body]).toEqual([413, expect.stringContaining('--max-vertices')])
  })
})
