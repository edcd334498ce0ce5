import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HiddenApp, hiddenApp, TILE } from './hidden-app.ts'
import { fixtures } from './real-app.ts'

let hidden: HiddenApp
beforeAll(async () => {
  hidden = await hiddenApp()
})
afterAll(() => hidden.close())

test('a registered mosaic is read on every route by its name, and nothing that is answered says where it or its assets lie', async () => {
  for (const [path, reply] of await hidden.everything('mosaic:pieces')) {
    expect([path, reply.statusCode]).toEqual([path, path === '/mosaic/' ? 403 : 200])
    const said = JSON.stringify(reply.headers) + reply.body
    expect([path, said.includes(hidden.secretFolder), said.includes(fixtures)]).toEqual([path, false, false])
  }
})

test('assets go by the last segment of their paths', async () => {
  expect((await hidden.get(`/mosaic/tiles/${TILE}/assets`, { url: 'mosaic:pieces' })).json()).toEqual(['west.tif', 'east.tif'])
  const { assets } = (await hidden.get('/mosaic/point/12,49.2', { url: 'mosaic:pieces' })).json<{ assets: { name: string }[] }>()
  expect(assets.map(({ name }) => name)).toEqual(['east.tif'])
  expect((await hidden.get(`/mosaic/tiles/${TILE}`, { url: 'mosaic:pieces' })).headers['x-assets']).toBe('west.tif,east.tif')
  expect((await hidden.get('/mosaic/', { url: 'mosaic:pieces' })).json()).toMatchObject({ code: 'DOCUMENT_HIDDEN' })
})

test('with assets shown, they are named and the document is given out; its own address is not', async () => {
  const url = 'mosaic:named'
  expect((await hidden.get(`/mosaic/tiles/${TILE}/assets`, { url })).json()).toEqual([
    `${fixtures}mosaics/pieces/west.tif`,
    `${fixtures}mosaics/pieces/east.tif`,
  ])
  expect((await hidden.get('/mosaic/', { url })).json()).toMatchObject({ mosaicjson: '0.0.3' })
  for (const [path, reply] of await hidden.everything(url))
    expect([path, (JSON.stringify(reply.headers) + reply.body).includes(hidden.secretFolder)]).toEqual([path, false])
})

test('the operator’s title and description stand where the document has none', async () => {
  expect((await hidden.get('/mosaic/tilejson.json', { url: 'mosaic:pieces' })).json()).toMatchObject({
    name: 'Two pieces',
    description: 'Of a test',
    tiles: [expect.stringContaining('url=mosaic%3Apieces')],
  })
  expect((await hidden.get('/mosaic/info', { url: 'mosaic:named' })).json()).toMatchObject({ name: 'named' })
})

test('the tag of a tile is the same for every request, and names nothing else', async () => {
  const first = await hidden.get(`/mosaic/tiles/${TILE}.png`, { url: 'mosaic:pieces' })
  const again = await hidden.app.inject({
    url: `/mosaic/tiles/${TILE}.png?url=mosaic:pieces`,
    headers: { 'if-none-match': first.headers.etag },
  })
  expect([again.statusCode, again.headers['cache-control']]).toEqual([304, 'public, max-age=3600'])
})

test('being registered allows the document by its name alone', async () => {
  const direct = await hidden.get('/mosaic/info', { url: join(hidden.folder, 'document.json') })
  const beside = await hidden.get('/mosaic/info', { url: join(hidden.folder, 'other.json') })
  expect([direct.statusCode, beside.statusCode]).toEqual([403, 403])
  // Its assets are judged as everybody's.
  const outside = await hidden.get(`/mosaic/tiles/${TILE}.png`, { url: 'mosaic:outside' })
  expect([outside.statusCode, outside.body.includes(hidden.secretFolder)]).toEqual([403, false])
})

test('tables and searches are registered as documents are; what is in the file is not for clients to change', async () => {
  for (const [url, name] of [
    ['mosaic:table', 'In a table'],
    ['mosaic:search', 'search'],
  ]) {
    const info = await hidden.get('/mosaic/info', { url, stac_minzoom: '3', search: '{}' })
    expect([info.statusCode, info.json<{ name: string }>().name]).toEqual([200, name])
    const tile = await hidden.get(`/mosaic/tiles/${TILE}.png`, { url })
    const said = JSON.stringify(tile.headers)
    expect([url, tile.statusCode, tile.headers['x-assets'], said.includes(hidden.secretFolder)]).toEqual([
      url,
      200,
      expect.stringContaining('west.tif'),
      false,
    ])
  }
  expect((await hidden.get('/mosaic/info', { url: 'mosaic:search' })).json()).toMatchObject({
    mosaic_minzoom: 6,
    mosaic_maxzoom: 9,
  })
})

test('an asset that cannot be read is named, its folder is not', async () => {
  const reply = await hidden.get(`/mosaic/tiles/${TILE}.png`, { url: 'mosaic:broken' })
  expect([reply.statusCode, reply.json<{ detail: string }>().detail]).toEqual([422, expect.stringMatching(/^mosaic\.json: /)])
  expect(reply.body).not.toContain(fixtures)
})

test('a document that is not there is a 404 that says so without its address', async () => {
  const reply = await hidden.get('/mosaic/info', { url: 'mosaic:gone' })
  expect([reply.statusCode, reply.json()]).toEqual([404, { detail: 'mosaic:gone: its document is not there', code: 'NOT_FOUND' }])
})

test('an unknown name is a 404 with the nearest one, on every route that reads', async () => {
  const reply = await hidden.get('/mosaic/info', { url: 'mosaic:peices' })
  expect([reply.statusCode, reply.json()]).toEqual([
    404,
    { detail: 'there is no registered mosaic "peices"; did you mean pieces?', code: 'NOT_FOUND' },
  ])
  for (const [path, one] of await hidden.everything('mosaic:none'))
    expect([path, one.statusCode]).toEqual([path, path === '/mosaicjson/map' ? 200 : 404])
})

test('a name stands for no file: /cog and /stac say where it is asked for', async () => {
  for (const path of ['/cog/info', '/stac/info']) {
    const reply = await hidden.get(path, { url: 'mosaic:pieces' })
    expect([reply.statusCode, JSON.stringify(reply.json())]).toEqual([422, expect.stringContaining('under /mosaic')])
  }
})

test('a signed address in the file stays there', async () => {
  const reply = await hidden.get('/mosaic/tilejson.json', { url: 'mosaic:web' })
  expect([reply.statusCode, reply.headers['cache-control']]).toEqual([200, 'public, max-age=60'])
  expect(reply.body).not.toContain('hush')
})
