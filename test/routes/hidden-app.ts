import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MosaicJSON } from '../../src/mosaic/document.ts'
import { createNet } from '../../src/net/net.ts'
import { sqliteKind } from '../../src/stores/sqlite-store.ts'
import { roomy } from '../mosaic/made-mosaic.ts'
import { fixtures, realApp } from './real-app.ts'

export const KEY = 'a-key-of-the-operator-that-seals-addresses'
/** A tile in both pieces. */
export const TILE = 'WebMercatorQuad/6/34/22'

const pieces = `${fixtures}mosaics/pieces/`
const SIGNATURE = 'sig=hush'
const box = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
})
const feature = { type: 'Feature', properties: {}, geometry: box(11.5, 49, 12.5, 49.5) }
/** Its asset lies beside the API. */
const item = {
  type: 'Feature',
  id: 'west',
  bbox: [10, 48.5, 12, 50],
  geometry: box(10, 48.5, 12, 50),
  assets: { B01: { href: '/a/pieces/west.tif' } },
}

/** Every route of a mosaic that has a `url`. */
const GETS = [
  `/mosaic/tiles/${TILE}.png`,
  '/mosaic/6/34/22.png',
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
const POSTS = ['/mosaic/feature.png', '/mosaic/statistics']

/**
 * The server with mosaics that go by names, and with a key. Their documents lie in `folder`, where nothing may be read, in a table there,
 * and at an upstream that gives them to those who know the signature.
 */
export async function hiddenApp() {
  const folder = mkdtempSync(join(tmpdir(), 'smalti-hidden-'))
  const {
    name: _,
    attribution: __,
    ...untitled
  } = JSON.parse(readFileSync(`${fixtures}mosaics/mosaic.json`, 'utf8')) as MosaicJSON
  const absolute = JSON.stringify(untitled).replaceAll('"pieces/', `"${pieces}`)
  const documents = {
    document: absolute,
    other: absolute,
    outside: absolute.replaceAll(`"${pieces}`, `"${folder}/`),
    broken: absolute.replaceAll(/pieces\/\w+\.tif/g, 'mosaic.json'),
  }
  for (const [name, text] of Object.entries(documents)) writeFileSync(join(folder, `${name}.json`), text)
  const context = { net: createNet({ allow: [folder], cwd: folder }), cwd: folder, limits: roomy }
  await sqliteKind.create?.(`sqlite:///${folder}/mosaics.db:pieces`, JSON.parse(absolute) as MosaicJSON, context, {})
  const upstream = await startUpstream(JSON.stringify(untitled))
  const signed = `${upstream.origin}/a/document.json?${SIGNATURE}`
  const search = { collections: ['c'] }
  const mosaics = {
    pieces: { url: join(folder, 'document.json'), title: 'Two pieces', description: 'Of a test', render: { rescale: '0,255' } },
    named: { url: join(folder, 'document.json'), assets: 'shown' },
    gone: { url: join(folder, 'gone.json') },
    outside: { url: join(folder, 'outside.json') },
    web: { url: signed },
    broken: { url: join(folder, 'broken.json') },
    table: { url: `sqlite:///${folder}/mosaics.db:pieces`, title: 'In a table' },
    search: { url: `stac+${upstream.origin}/api/search`, minzoom: 6, maxzoom: 9, accessor: 'assets.B01.href', search },
  }
  writeFileSync(join(folder, 'mosaics.json'), JSON.stringify(mosaics))
  const flags = ['--mosaics', join(folder, 'mosaics.json'), '--seal-key', KEY, '--allow', `${upstream.origin}/`]
  const { app, close } = await realApp(flags)
  const get = (path: string, query: Readonly<Record<string, string>>) =>
    app.inject({ url: `${path}?${new URLSearchParams(query)}` })
  return {
    app,
    folder,
    /** Part of every path of the folder. */
    secretFolder: folder.split('/').at(-1) ?? '',
    signed,
    get,
    /** The answers of every route, by path. */
    async everything(url: string) {
      const query = new URLSearchParams({ url })
      const posted = async (path: string) => app.inject({ method: 'POST', url: `${path}?${query}`, payload: feature })
      return Promise.all([
        ...GETS.map(async (path) => [path, await get(path, { url })] as const),
        ...POSTS.map(async (path) => [path, await posted(path)] as const),
      ])
    },
    async close() {
      await close()
      upstream.close()
      await context.net.close()
      rmSync(folder, { recursive: true })
    },
  }
}

export type HiddenApp = Awaited<ReturnType<typeof hiddenApp>>

/** Documents and one file to those who know the signature, the pieces and a search to everybody. */
async function startUpstream(document: string) {
  const server = createServer((request, reply) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://host')
    const [, piece] = /^\/a\/pieces\/(\w+\.tif)$/.exec(pathname) ?? []
    if (piece) return reply.end(readFileSync(pieces + piece))
    if (pathname === '/api/search') return reply.end(JSON.stringify({ type: 'FeatureCollection', features: [item], links: [] }))
    if (search !== `?${SIGNATURE}`) return reply.writeHead(403).end()
    if (pathname.startsWith('/absent')) return reply.writeHead(404).end()
    reply.setHeader('etag', '"1"')
    return reply.end(pathname === '/a/signed/west.tif' ? readFileSync(`${pieces}west.tif`) : document)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() }
}
