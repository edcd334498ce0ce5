import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App } from '../../routes/context.ts'
import { readNpy, type NpyPicture } from './npy.ts'
import { fixtures, realApp } from './real-app.ts'

interface Values {
  readonly values: readonly number[]
  readonly band_names: readonly string[]
  readonly band_descriptions: readonly string[]
}

type Pictures = 'tile types' | 'tile expression' | 'tile asset expression' | 'preview' | 'part sizes'

const items = new URL('../stac/fixtures/', import.meta.url).pathname
// Made by test/stac/fixtures/make.py with rio-tiler 9.4.12.
const recorded = JSON.parse(gunzipSync(readFileSync(join(items, 'expected.json.gz'))).toString()) as Readonly<
  Record<Pictures, NpyPicture & { readonly dtype: string; readonly bounds: readonly number[] }>
> &
  Readonly<Record<'point' | 'point expression', Values>> & {
    readonly bounds: readonly number[]
    readonly zooms: readonly number[]
  }

const east = `${items}east.json`
const west = `${items}west.json`
const TILE = '/stac/tiles/WebMercatorQuad/7/69/43.npy'

const work = mkdtempSync(join(tmpdir(), 'smalti-stac-'))
let app: App
let close: () => Promise<void>
beforeAll(async () => {
  ;({ app, close } = await realApp(['--allow', items, '--allow', work]))
})
afterAll(async () => {
  await close()
  rmSync(work, { recursive: true })
})

/** Parameters in their order: `assets` may stand several times. */
type Query = readonly (readonly [name: string, value: string])[]

async function ask(path: string, query: Query, on = app) {
  return on.inject({
    method: 'GET',
    url: `${path}?${new URLSearchParams(query.map(([name, value]): [string, string] => [name, value]))}`,
  })
}

async function get(path: string, query: Query, on = app) {
  const reply = await ask(path, query, on)
  expect(reply.statusCode, reply.body.slice(0, 300)).toBe(200)
  return reply
}

function item(url: string, assets: readonly string[], others: Readonly<Record<string, string>> = {}): Query {
  return [['url', url], ...assets.map((asset) => ['assets', asset] as const), ...Object.entries(others)]
}

/** At least 99.5 % of the samples are the same to 1e-5 of their value, the mask included. */
function expectSame(found: NpyPicture, wanted: NpyPicture): void {
  expect([found.width, found.height, found.bands.length]).toEqual([wanted.width, wanted.height, wanted.bands.length])
  const all = wanted.bands.flatMap((band, b) => band.map((value, i) => same(found.bands[b][i], value)))
  expect(all.filter(Boolean).length / all.length).toBeGreaterThanOrEqual(0.995)
}

/** A NaN of one of several bands is null in what is recorded. */
function same(a: number | null, b: number | null): boolean {
  if (Number.isNaN(a)) return b === null
  return a === null || b === null ? a === b : Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b))
}

describe('an item is what rio-tiler says', () => {
  const ratio = { tilesize: '40', expression: '(b2-b1)/(b2+b1)' }
  it.each([
    ['tile types', TILE, item(east, ['bands', 'heat'], { tilesize: '40' })],
    ['tile expression', TILE, item(east, ['visual|bidx=1', 'bands|bidx=2'], ratio)],
    ['tile expression', TILE, item(east, ['visual|bidx=1', 'bands|bands=green'], ratio)],
    ['tile asset expression', TILE, item(east, ['heat', 'bands|expression=b1/b2;b3*2'], { tilesize: '40' })],
    ['preview', '/stac/preview.npy', item(east, ['visual', 'heat'], { max_size: '30' })],
    ['part sizes', '/stac/bbox/10.3,48.9,11.4,49.6.npy', item(west, ['height', 'masked', 'wide'], { max_size: '60' })],
  ] as const)('%s', async (name, path, query) => {
    const reply = await get(path, query)
    const wanted = recorded[name]
    expectSame(readNpy(reply.rawPayload), wanted)
    const bbox = String(reply.headers['content-bbox']).split(',').map(Number)
    bbox.forEach((value, i) =>
      expect(Math.abs(value - wanted.bounds[i])).toBeLessThan(1e-6 * (wanted.bounds[2] - wanted.bounds[0])),
    )
  })

  it('points, of bands and of an expression over all assets', async () => {
    const bands = await get('/stac/point/14.9,49.8', item(east, ['heat', 'bands|bidx=4,1']))
    expect(bands.json()).toEqual({ coordinates: [14.9, 49.8], ...recorded.point })
    const expression = await get('/stac/point/14.9,49.8', item(east, ['visual', 'heat'], { expression: 'b1+b4;b2' }))
    expect(expression.json()).toEqual({ coordinates: [14.9, 49.8], ...recorded['point expression'] })
  })

  it('TileJSON: bounds to 1e-6 degrees and zooms come from proj:*', async () => {
    const tileJson = (await get('/stac/WebMercatorQuad/tilejson.json', item(east, ['heat']))).json<{
      bounds: number[]
      minzoom: number
      maxzoom: number
      tiles: string[]
    }>()
    tileJson.bounds.forEach((value, i) => expect(value).toBeCloseTo(recorded.bounds[i], 6))
    expect([tileJson.minzoom, tileJson.maxzoom]).toEqual(recorded.zooms)
    expect(tileJson.tiles[0]).toContain('assets=heat')
  })
})

describe('what an item says', () => {
  it('assets are the GeoTIFFs, in its order', async () => {
    expect((await get('/stac/assets', [['url', east]])).json()).toEqual(['visual', 'bands', 'heat'])
  })

  it('scale and offset count where the file has none, and only unscaled', async () => {
    const query = item(east, ['bands|bidx=1'])
    const plain = (await get('/stac/point/14.9,49.8', query)).json<Values>()
    const scaled = (await get('/stac/point/14.9,49.8', [...query, ['unscale', 'true']])).json<Values>()
    expect(plain.values).toEqual([recorded.point.values[2]])
    expect(scaled.values).toEqual([plain.values[0] * 0.5 + 10])
  })

  it('nodata counts where the file has none', async () => {
    const box = '/stac/bbox/10.3,48.9,11.4,49.6.npy'
    const masked = readNpy((await get(box, item(west, ['gray'], { max_size: '60' }))).rawPayload).bands[0]
    const asked = readNpy((await get(box, item(west, ['gray'], { max_size: '60', nodata: '1' }))).rawPayload).bands[0]
    expect(masked.filter((value) => value === 112)).toHaveLength(0)
    expect(masked).toContain(null)
    expect(asked).toContain(112)
  })

  it('files that do not touch a tile by proj:* are not opened', async () => {
    const assets = ['heat', 'far']
    // far is not there, and this is not found out.
    const apart = await ask(TILE, item(`${items}apart.json`, assets, { tilesize: '16' }))
    expect(apart.statusCode).toBe(204)
    const there = await ask('/stac/tiles/WebMercatorQuad/7/67/43.npy', item(`${items}apart.json`, ['far']))
    expect(there.statusCode).toBe(404)
  })

  it('an alternate address goes first if the operator says so', async () => {
    const document = JSON.parse(readFileSync(east, 'utf8')) as { assets: Record<string, object> }
    const heat = {
      href: 'https://elsewhere.example/heat.tif',
      alternate: { local: { href: `${fixtures}float32-zstd-p3-nan.tif` } },
    }
    writeFileSync(join(work, 'alternate.json'), JSON.stringify({ ...document, assets: { heat } }))
    const query = item(join(work, 'alternate.json'), ['heat'])
    expect((await ask('/stac/point/14.9,49.8', query)).statusCode).toBe(403)
    const other = await realApp(['--allow', work, '--stac-alternate', 'local'])
    try {
      expect((await get('/stac/point/14.9,49.8', query, other.app)).json<Values>().values).toEqual([recorded.point.values[0]])
    } finally {
      await other.close()
    }
  })
})

describe('a mosaic of items', () => {
  const mosaic = join(work, 'mosaic.json')
  beforeAll(() => {
    const tiles = { '1202': [east, `${items}apart.json`] }
    const members = { mosaicjson: '0.0.3', version: '1.0.0', minzoom: 4, maxzoom: 12, bounds: [9, 48, 17, 51], quadkey_zoom: 4 }
    writeFileSync(mosaic, JSON.stringify({ ...members, tiles }))
  })

  it('shows the assets that are named', async () => {
    const reply = await get('/mosaic/7/69/43.npy', item(mosaic, ['bands', 'heat'], { tilesize: '40' }))
    expectSame(readNpy(reply.rawPayload), recorded['tile types'])
    expect(reply.headers['x-assets']).toBe(east)
  })

  it('leaves out an item that has not the asset, and says so', async () => {
    const query = item(mosaic, ['visual|bidx=1', 'bands|bidx=2'], {
      tilesize: '40',
      expression: '(b2-b1)/(b2+b1)',
      pixel_selection: 'mean',
    })
    const reply = await get('/mosaic/7/69/43.npy', query)
    expectSame(readNpy(reply.rawPayload), recorded['tile expression'])
    expect(reply.headers['x-assets-skipped']).toBe(`${items}apart.json`)
    const failing = await ask('/mosaic/7/69/43.npy', [...query, ['on_error', 'fail']])
    expect([failing.statusCode, failing.json<{ detail: string }>().detail]).toEqual([404, expect.stringContaining('"visual"')])
  })

  it('has points of every item', async () => {
    const { assets } = (await get('/mosaic/point/14.9,49.8', item(mosaic, ['heat']))).json<{
      assets: (Values & { name: string })[]
    }>()
    expect(assets.map(({ name, values, band_descriptions }) => [name, values[0], band_descriptions])).toEqual([
      [east, recorded.point.values[0], ['heat_b1']],
      [`${items}apart.json`, recorded.point.values[0], ['heat_b1']],
    ])
  })

  it('needs the names of assets', async () => {
    const reply = await ask('/mosaic/7/69/43.npy', item(mosaic, []))
    expect([reply.statusCode, reply.body]).toEqual([422, expect.stringContaining('assets')])
  })
})

describe('what is wrong is named', () => {
  it.each([
    ['no asset', item(east, []), 422, 'assets'],
    ['an asset that is not there', item(east, ['purple']), 404, 'purple'],
    ['what there is', item(east, ['purple']), 404, 'visual, bands, heat'],
    ['an asset that is no GeoTIFF', item(east, ['granule']), 404, 'granule'],
    ['an option', item(east, ['heat|band=1']), 422, 'band'],
    ['a band number', item(east, ['heat|bidx=0']), 422, 'bidx'],
    ['a band that is not there', item(east, ['heat|bidx=2']), 400, 'bidx'],
    ['a band name', item(east, ['bands|bands=pink']), 400, 'blue, green, red, nir'],
    ['an expression beyond the bands', item(east, ['heat'], { expression: 'b1+b2' }), 400, 'expression'],
    ['several bands as one', item(east, ['bands'], { asset_as_band: 'true' }), 400, 'asset_as_band'],
    ['an item that is not there', item(`${items}none.json`, ['heat']), 404, 'none.json'],
    ['a GeoTIFF', item(`${fixtures}gray-jpeg.tif`, ['heat']), 422, 'not a STAC item'],
    ['another document', item(`${fixtures}manifest.json`, ['heat']), 422, 'not a STAC item'],
    ['an item that may not be read', item('/etc/item.json', ['heat']), 403, ''],
  ] as const)('%s', async (_, query, status, text) => {
    const reply = await ask(TILE, query)
    expect([reply.statusCode, reply.body]).toEqual([status, expect.stringContaining(text)])
  })

  it('all assets have bands of one name each', async () => {
    const reply = await get('/stac/point/14.9,49.8', item(east, ['heat'], { asset_as_band: 'true' }))
    expect(reply.json<Values>().band_descriptions).toEqual(['heat'])
  })
})

describe('the item is read once', () => {
  it('and again when it has changed', async () => {
    const path = join(work, 'changing.json')
    copyFileSync(east, path)
    const document = readFileSync(path, 'utf8').replaceAll('../../fixtures/', `file://${fixtures}`)
    let body = document
    let asked = 0
    const server = createServer((_, reply) => {
      asked++
      reply.setHeader('content-type', 'application/geo+json').end(body)
    }).listen(0, '127.0.0.1')
    await new Promise((ready) => server.once('listening', ready))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const other = await realApp(['--allow', origin, '--mosaic-ttl', '2'])
    try {
      const query = item(`${origin}item`, ['heat'])
      const ask2 = async () => (await get('/stac/point/14.9,49.8', query, other.app)).json<Values>().values
      const [first, second] = [await ask2(), await ask2()]
      expect([first, second, asked]).toEqual([[recorded.point.values[0]], first, 1])
      body = document.replaceAll('float32-zstd-p3-nan.tif', 'rgb-zstd-p2.tif')
      await new Promise((later) => setTimeout(later, 2100))
      expect(await ask2()).toHaveLength(3)
      expect(asked).toBe(2)
    } finally {
      await other.close()
      server.close()
    }
  })
})
