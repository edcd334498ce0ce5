import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../routes/context.ts'
import type { MosaicJSON } from '../../src/mosaic/document.ts'
import { createNet } from '../../src/net/net.ts'
import { sqliteKind } from '../../src/stores/sqlite-store.ts'
import { roomy } from '../mosaic/made-mosaic.ts'
import { fixtures, realApp } from './real-app.ts'

const KEY = 'a-key-of-the-operator-that-seals-addresses'
const folder = mkdtempSync(join(tmpdir(), 'smalti-registered-'))
const secretFolder = folder.split('/').at(-1) ?? ''
/** A tile in both pieces, a point in one, a box over both. */
const TILE = 'WebMercatorQuad/6/34/22'
const feature = {
  type: 'Feature',
  properties: {},
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [11.5, 49],
        [12.5, 49],
        [12.5, 49.5],
        [11.5, 49],
      ],
    ],
  },
}

const item = {
  type: 'Feature',
  id: 'west',
  bbox: [10, 48.5, 12, 50],
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [10, 48.5],
        [12, 48.5],
        [12, 50],
        [10, 50],
        [10, 48.5],
      ],
    ],
  },
  // As the search says it: beside the API.
  assets: { B01: { href: '/a/pieces/west.tif' } },
}

let app: App
let close: () => Promise<void>
let server: Server
let signed: string

beforeAll(async () => {
  const document = JSON.parse(readFileSync(`${fixtures}mosaics/mosaic.json`, 'utf8')) as {
    tiles: object
    name?: string
    attribution?: string
  }
  const { name: _, attribution: __, ...untitled } = document
  const absolute = JSON.stringify(untitled).replaceAll('"pieces/', `"${fixtures}mosaics/pieces/`)
  writeFileSync(join(folder, 'document.json'), absolute)
  writeFileSync(join(folder, 'other.json'), absolute)
  writeFileSync(join(folder, 'outside.json'), absolute.replaceAll(`"${fixtures}mosaics/pieces/`, `"${folder}/`))
  server = createServer((request, reply) => {
    const [, piece] = /^\/a\/pieces\/(\w+\.tif)$/.exec(request.url ?? '') ?? []
    if (piece) return reply.end(readFileSync(`${fixtures}mosaics/pieces/${piece}`))
    if (request.url === '/api/search')
      return reply.end(JSON.stringify({ type: 'FeatureCollection', features: [item], links: [] }))
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    if (searchParams.get('sig') === 'hush' && pathname === '/a/signed/west.tif')
      return reply.setHeader('etag', '"2"').end(readFileSync(`${fixtures}mosaics/pieces/west.tif`))
    if (searchParams.get('sig') !== 'hush') return reply.writeHead(403).end()
    reply.setHeader('etag', '"1"')
    return request.url?.startsWith('/absent') ? reply.writeHead(404).end() : reply.end(JSON.stringify(untitled))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  signed = `${origin}/a/document.json?sig=hush`
  writeFileSync(
    join(folder, 'broken.json'),
    absolute.replaceAll('/pieces/west.tif', '/mosaic.json').replaceAll('/pieces/east.tif', '/mosaic.json'),
  )
  await sqliteKind.create?.(
    `sqlite:///${folder}/mosaics.db:pieces`,
    JSON.parse(absolute) as MosaicJSON,
    { net: createNet({ allow: [folder], cwd: folder }), cwd: folder, limits: roomy },
    {},
  )
  const mosaics = {
    pieces: { url: join(folder, 'document.json'), title: 'Two pieces', description: 'Of a test', render: { rescale: '0,255' } },
    named: { url: join(folder, 'document.json'), assets: 'shown' },
    gone: { url: join(folder, 'gone.json') },
    outside: { url: join(folder, 'outside.json') },
    web: { url: signed },
    broken: { url: join(folder, 'broken.json') },
    table: { url: `sqlite:///${folder}/mosaics.db:pieces`, title: 'In a table' },
    search: {
      url: `stac+${origin}/api/search`,
      minzoom: 6,
      maxzoom: 9,
      accessor: 'assets.B01.href',
      search: { collections: ['c'] },
    },
  }
  writeFileSync(join(folder, 'mosaics.json'), JSON.stringify(mosaics))
  const running = await realApp(['--mosaics', join(folder, 'mosaics.json'), '--seal-key', KEY, '--allow', `${origin}/`])
  ;({ app, close } = running)
})

afterAll(async () => {
  await close()
  server.close()
  rmSync(folder, { recursive: true })
})

async function get(path: string, query: Record<string, string>) {
  return app.inject({ url: `${path}?${new URLSearchParams(query)}` })
}

async function everything(url: string) {
  const gets = [
    `/mosaic/tiles/${TILE}.png`,
    `/mosaic/6/34/22.png`,
    '/mosaic/tilejson.json',
    '/mosaic/WebMercatorQuad/tilejson.json',
    '/mosaic/info',
    '/mosaic/info.geojson',
    '/mosaic/',
    `/mosaic/tiles/${TILE}/assets`,
    '/mosaic/point/12,49.2/assets',
    '/mosaic/bbox/11,48.6,13,49.8/assets',
    '/mosaic/point/12,49.2',
    '/mosaic/bbox/11,48.6,13,49.8.png',
    '/mosaic/tiles',
    '/mosaic/tiles/WebMercatorQuad',
    '/mosaic/WMTSCapabilities.xml',
    '/mosaicjson/map',
  ]
  const posts = ['/mosaic/feature.png', '/mosaic/statistics']
  return [
    ...(await Promise.all(gets.map(async (path) => [path, await get(path, { url })] as const))),
    ...(await Promise.all(
      posts.map(
        async (path) =>
          [path, await app.inject({ method: 'POST', url: `${path}?${new URLSearchParams({ url })}`, payload: feature })] as const,
      ),
    )),
  ]
}

describe('a registered mosaic', () => {
  test('is read on every route by its name, and nothing that is answered says where it or its assets lie', async () => {
    for (const [path, reply] of await everything('mosaic:pieces')) {
      expect([path, reply.statusCode]).toEqual([path, path === '/mosaic/' ? 403 : 200])
      const said = JSON.stringify(reply.headers) + reply.body
      expect([path, said.includes(secretFolder), said.includes(fixtures)]).toEqual([path, false, false])
    }
  })

  test('assets go by the last segment of their paths', async () => {
    expect((await get(`/mosaic/tiles/${TILE}/assets`, { url: 'mosaic:pieces' })).json()).toEqual(['west.tif', 'east.tif'])
    const { assets } = (await get('/mosaic/point/12,49.2', { url: 'mosaic:pieces' })).json<{ assets: { name: string }[] }>()
    expect(assets.map(({ name }) => name)).toEqual(['east.tif'])
    expect((await get(`/mosaic/tiles/${TILE}`, { url: 'mosaic:pieces' })).headers['x-assets']).toBe('west.tif,east.tif')
    expect((await get('/mosaic/', { url: 'mosaic:pieces' })).json()).toMatchObject({ code: 'DOCUMENT_HIDDEN' })
  })

  test('with assets shown, they are named and the document is given out; its own address is not', async () => {
    const url = 'mosaic:named'
    expect((await get(`/mosaic/tiles/${TILE}/assets`, { url })).json()).toEqual([
      `${fixtures}mosaics/pieces/west.tif`,
      `${fixtures}mosaics/pieces/east.tif`,
    ])
    expect((await get('/mosaic/', { url })).json()).toMatchObject({ mosaicjson: '0.0.3' })
    for (const [path, reply] of await everything(url))
      expect([path, (JSON.stringify(reply.headers) + reply.body).includes(secretFolder)]).toEqual([path, false])
  })

  test('the operator’s title and description stand where the document has none', async () => {
    expect((await get('/mosaic/tilejson.json', { url: 'mosaic:pieces' })).json()).toMatchObject({
      name: 'Two pieces',
      description: 'Of a test',
      tiles: [expect.stringContaining('url=mosaic%3Apieces')],
    })
    expect((await get('/mosaic/info', { url: 'mosaic:named' })).json()).toMatchObject({ name: 'named' })
  })

  test('the tag of a tile is the same for every request, and names nothing else', async () => {
    const first = await get(`/mosaic/tiles/${TILE}.png`, { url: 'mosaic:pieces' })
    const again = await app.inject({
      url: `/mosaic/tiles/${TILE}.png?url=mosaic:pieces`,
      headers: { 'if-none-match': first.headers.etag },
    })
    expect([again.statusCode, again.headers['cache-control']]).toEqual([304, 'public, max-age=3600'])
  })

  test('being registered allows the document by its name alone', async () => {
    const direct = await get('/mosaic/info', { url: join(folder, 'document.json') })
    const beside = await get('/mosaic/info', { url: join(folder, 'other.json') })
    expect([direct.statusCode, beside.statusCode]).toEqual([403, 403])
    // Its assets are judged as everybody's.
    const outside = await get(`/mosaic/tiles/${TILE}.png`, { url: 'mosaic:outside' })
    expect([outside.statusCode, outside.body.includes(secretFolder)]).toEqual([403, false])
  })

  test('tables and searches are registered as documents are; what is in the file is not for clients to change', async () => {
    for (const [url, name] of [
      ['mosaic:table', 'In a table'],
      ['mosaic:search', 'search'],
    ]) {
      const info = await get('/mosaic/info', { url, stac_minzoom: '3', search: '{}' })
      expect([info.statusCode, info.json<{ name: string }>().name]).toEqual([200, name])
      const tile = await get(`/mosaic/tiles/${TILE}.png`, { url })
      const said = JSON.stringify(tile.headers)
      expect([url, tile.statusCode, tile.headers['x-assets'], said.includes(secretFolder)]).toEqual([
        url,
        200,
        expect.stringContaining('west.tif'),
        false,
      ])
    }
    expect((await get('/mosaic/info', { url: 'mosaic:search' })).json()).toMatchObject({ mosaic_minzoom: 6, mosaic_maxzoom: 9 })
  })

  test('an asset that cannot be read is named, its folder is not', async () => {
    const reply = await get(`/mosaic/tiles/${TILE}.png`, { url: 'mosaic:broken' })
    expect([reply.statusCode, reply.json<{ detail: string }>().detail]).toEqual([422, expect.stringMatching(/^mosaic\.json: /)])
    expect(reply.body).not.toContain(fixtures)
  })

  test('a document that is not there is a 404 that says so without its address', async () => {
    const reply = await get('/mosaic/info', { url: 'mosaic:gone' })
    expect([reply.statusCode, reply.json()]).toEqual([
      404,
      { detail: 'mosaic:gone: its document is not there', code: 'NOT_FOUND' },
    ])
  })

  test('an unknown name is a 404 with the nearest one, on every route that reads', async () => {
    const reply = await get('/mosaic/info', { url: 'mosaic:peices' })
    expect([reply.statusCode, reply.json()]).toEqual([
      404,
      { detail: 'there is no registered mosaic "peices"; did you mean pieces?', code: 'NOT_FOUND' },
    ])
    for (const [path, one] of await everything('mosaic:none'))
      expect([path, one.statusCode]).toEqual([path, path === '/mosaicjson/map' ? 200 : 404])
  })

  test('it is no file: /cog and /stac say where it is asked for', async () => {
    for (const path of ['/cog/info', '/stac/info']) {
      const reply = await get(path, { url: 'mosaic:pieces' })
      expect([reply.statusCode, JSON.stringify(reply.json())]).toEqual([422, expect.stringContaining('under /mosaic')])
    }
  })

  test('a signed address in the file stays there', async () => {
    const reply = await get('/mosaic/tilejson.json', { url: 'mosaic:web' })
    expect([reply.statusCode, reply.headers['cache-control']]).toEqual([200, 'public, max-age=60'])
    expect(reply.body).not.toContain('hush')
  })
})

describe('a signed address, where there is a key to seal with', () => {
  test('stands in no link: TileJSON, tilesets and WMTS carry its handle, and may be kept by others', async () => {
    for (const path of ['tilejson.json', 'tiles', 'tiles/WebMercatorQuad', 'WMTSCapabilities.xml']) {
      const reply = await get(`/mosaic/${path}`, { url: signed })
      expect([path, reply.statusCode, reply.headers['cache-control']]).toEqual([path, 200, 'public, max-age=60'])
      expect([path, reply.body.includes('hush'), reply.body.includes('sealed%3A')]).toEqual([path, false, true])
      const page = await get(`/mosaic/${path}`, { url: signed, f: 'html' })
      expect([path, page.statusCode, page.body.includes('hush')]).toEqual([path, 200, false])
    }
  })

  test('written without percent signs, as people write it, it is sealed all the same', async () => {
    const { tiles } = (await app.inject(`/mosaic/tilejson.json?url=${signed}`)).json<{ tiles: string[] }>()
    expect((await get('/mosaic/tilejson.json', { url: signed })).json()).toMatchObject({ tiles })
  })

  test('the handle opens the same mosaic, on every route, and says nothing of it', async () => {
    const { tiles } = (await get('/mosaic/tilejson.json', { url: signed })).json<{ tiles: string[] }>()
    const handle = new URL(tiles[0]).searchParams.get('url') ?? ''
    expect((await get('/mosaic/tilejson.json', { url: signed })).json()).toMatchObject({ tiles })
    for (const [path, reply] of await everything(handle)) {
      expect([path, reply.statusCode]).toEqual([path, path === '/mosaic/' ? 403 : 200])
      const said = JSON.stringify(reply.headers) + reply.body
      expect([path, said.includes('hush'), said.includes('127.0.0.1'), said.includes(fixtures)]).toEqual([
        path,
        false,
        false,
        false,
      ])
    }
    const tile = await get(`/mosaic/tiles/${TILE}.png`, { url: handle })
    expect(tile.headers['cache-control']).toBe('public, max-age=3600')
    expect(tile.rawPayload.equals((await get(`/mosaic/tiles/${TILE}.png`, { url: signed })).rawPayload)).toBe(true)
  })

  test('files too: what is answered of a sealed COG names neither its address nor its folder', async () => {
    const file = signed.replace('/a/document.json', '/a/signed/west.tif')
    const { tiles } = (await get('/cog/tilejson.json', { url: file })).json<{ tiles: string[] }>()
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
      const reply = await get(`/cog/${path}`, { url: handle })
      const said = JSON.stringify(reply.headers) + reply.body
      expect([path, reply.statusCode, /hush|127\.0\.0\.1|\/signed/.exec(said)?.[0]]).toEqual([path, 200, undefined])
    }
    expect((await get(`/cog/tiles/${TILE}`, { url: handle })).headers['x-assets']).toBe('west.tif')
    const absent = await get('/cog/info', { url: signed.replace('/a/', '/absent/') })
    expect([absent.statusCode, absent.body.includes('hush')]).toEqual([404, false])
  })

  test('a handle that was changed is a 400, and what is wrong behind a good one names no address', async () => {
    const bad = await get('/mosaic/info', { url: 'sealed:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })
    expect([bad.statusCode, bad.json()]).toMatchObject([400, { code: 'UNKNOWN_SEAL' }])
    const { createSealer } = await import('../../src/http/seal.ts')
    const handle = createSealer([KEY])?.seal(signed.replace('/a/', '/absent/')) ?? ''
    const absent = await get('/mosaic/info', { url: handle })
    expect([absent.statusCode, absent.body.includes('127.0.0.1'), absent.body.includes('absent/')]).toEqual([404, false, false])
    const elsewhere = createSealer([KEY])?.seal('/etc/passwd') ?? ''
    expect((await get('/mosaic/info', { url: elsewhere })).statusCode).toBe(403)
  })
})
