import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSealer } from '../../src/http/seal.ts'
import { type HiddenApp, hiddenApp, KEY, TILE } from './hidden-app.ts'
import { fixtures } from './real-app.ts'

let hidden: HiddenApp
beforeAll(async () => {
  hidden = await hiddenApp()
})
afterAll(() => hidden.close())

test('where there is a key, a signed address stands in no link: TileJSON, tilesets and WMTS carry its handle, and may be kept by others', async () => {
  for (const path of ['tilejson.json', 'tiles', 'tiles/WebMercatorQuad', 'WMTSCapabilities.xml']) {
    const reply = await hidden.get(`/mosaic/${path}`, { url: hidden.signed })
    expect([path, reply.statusCode, reply.headers['cache-control']]).toEqual([path, 200, 'public, max-age=60'])
    expect([path, reply.body.includes('hush'), reply.body.includes('sealed%3A')]).toEqual([path, false, true])
    const page = await hidden.get(`/mosaic/${path}`, { url: hidden.signed, f: 'html' })
    expect([path, page.statusCode, page.body.includes('hush')]).toEqual([path, 200, false])
  }
})

test('written without percent signs, as people write it, it is sealed all the same', async () => {
  const { tiles } = (await hidden.app.inject(`/mosaic/tilejson.json?url=${hidden.signed}`)).json<{ tiles: string[] }>()
  expect((await hidden.get('/mosaic/tilejson.json', { url: hidden.signed })).json()).toMatchObject({ tiles })
})

test('the handle opens the same mosaic, on every route, and says nothing of it', async () => {
  const { tiles } = (await hidden.get('/mosaic/tilejson.json', { url: hidden.signed })).json<{ tiles: string[] }>()
  const handle = new URL(tiles[0]).searchParams.get('url') ?? ''
  expect((await hidden.get('/mosaic/tilejson.json', { url: hidden.signed })).json()).toMatchObject({ tiles })
  for (const [path, reply] of await hidden.everything(handle)) {
    expect([path, reply.statusCode]).toEqual([path, path === '/mosaic/' ? 403 : 200])
    const said = JSON.stringify(reply.headers) + reply.body
    expect([path, said.includes('hush'), said.includes('127.0.0.1'), said.includes(fixtures)]).toEqual([
      path,
      false,
      false,
      false,
    ])
  }
  const tile = await hidden.get(`/mosaic/tiles/${TILE}.png`, { url: handle })
  expect(tile.headers['cache-control']).toBe('public, max-age=3600')
  expect(tile.rawPayload.equals((await hidden.get(`/mosaic/tiles/${TILE}.png`, { url: hidden.signed })).rawPayload)).toBe(true)
})

test('files too: what is answered of a sealed COG names neither its address nor its folder', async () => {
  const file = hidden.signed.replace('/a/document.json', '/a/signed/west.tif')
  const { tiles } = (await hidden.get('/cog/tilejson.json', { url: file })).json<{ tiles: string[] }>()
  const handle = new URL(tiles[0]).searchParams.get('url') ?? ''
  expect(handle).toMatch(/^sealed:/)
  const paths = [
    `tiles/${TILE}.png`,
    'tilejson.json',
    'info',
    'info.geojson',
    'point/11,49.2',
    'bbox/10.5,48.6,11.5,49.8.png',
    'preview.png',
    'statistics',
    'tiles',
    'tiles/WebMercatorQuad',
    'WMTSCapabilities.xml',
  ]
  for (const path of paths) {
    const reply = await hidden.get(`/cog/${path}`, { url: handle })
    const said = JSON.stringify(reply.headers) + reply.body
    expect([path, reply.statusCode, /hush|127\.0\.0\.1|\/signed/.exec(said)?.[0]]).toEqual([path, 200, undefined])
  }
  expect((await hidden.get(`/cog/tiles/${TILE}`, { url: handle })).headers['x-assets']).toBe('west.tif')
  const absent = await hidden.get('/cog/info', { url: hidden.signed.replace('/a/', '/absent/') })
  expect([absent.statusCode, absent.body.includes('hush')]).toEqual([404, false])
})

test('a handle that was changed is a 400, and what is wrong behind a good one names no address', async () => {
  const bad = await hidden.get('/mosaic/info', { url: 'sealed:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })
  expect([bad.statusCode, bad.json()]).toMatchObject([400, { code: 'UNKNOWN_SEAL' }])
  const handle = createSealer([KEY])?.seal(hidden.signed.replace('/a/', '/absent/')) ?? ''
  const absent = await hidden.get('/mosaic/info', { url: handle })
  expect([absent.statusCode, absent.body.includes('127.0.0.1'), absent.body.includes('absent/')]).toEqual([404, false, false])
  const elsewhere = createSealer([KEY])?.seal('/etc/passwd') ?? ''
  expect((await hidden.get('/mosaic/info', { url: elsewhere })).statusCode).toBe(403)
})
