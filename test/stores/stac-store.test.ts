import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createNet } from '../../src/net/net.ts'
import { storeKindOf } from '../../src/stores/registry.ts'
import { isStac, parseStac, printStac, type StacSearch } from '../../src/stores/stac-address.ts'
import { MAX_PAGES } from '../../src/stores/stac-pages.ts'
import { openStac, stacKind } from '../../src/stores/stac-store.ts'
import { roomy } from '../mosaic/made-mosaic.ts'
import { serve } from '../net/local-server.ts'
import { type Answer, type Asked, item, page, type Recorded, recorded, replay, stacServer } from './stac-server.ts'

const all = { maxAssets: 10_000 }

function contextOf(origin: string, allow = [`stac+${origin}/`]) {
  return { net: createNet({ allow, cwd: '/', limits: { retryMs: 5 } }), cwd: '/', limits: roomy }
}

async function search(origin: string, path: string, changes: Partial<StacSearch> = {}) {
  const store = await openStac(`${origin}${path}`, { query: {}, minzoom: 8, maxzoom: 14, ...changes }, contextOf(origin), {})
  if (!store) throw new Error('no revision was known')
  return store
}

const itemsOf = (store: { info: { members: object } }) => (store.info.members as Record<string, unknown>)['smalti:search']

test.each([
  'stac+https://host/search',
  'stac https://host/search',
  'stac+:https://host/search',
  'STAC+HTTP://host/search',
  'stac%2Bhttps://host/search',
])('%s is a search', (address) => {
  expect(storeKindOf(address).name).toBe('STAC')
  expect(parseStac(address).href).toMatch(/^https?:\/\/host\/search$/i)
})

test.each(['stac', 'stac://host', 'stachttps://host', 'stac+s3://bucket', 'https://host/search'])('%s is none', (address) => {
  expect(isStac(address)).toBe(false)
})

test('an address holds its search, and another search is another address', () => {
  const place = {
    href: 'https://host/search?a=b',
    search: { query: { collections: ['\u00fc #'] }, minzoom: 8, maxzoom: 14, maxItems: 5, accessor: 'assets.a.href' },
  }
  expect(parseStac(printStac(place))).toEqual(place)
  expect(printStac({ ...place, search: { ...place.search, maxItems: 6 } })).not.toBe(printStac(place))
})

test('without zooms a search is an error of their parameter', async () => {
  await expect(async () => stacKind.open('stac+https://host/search', contextOf('https://host'), {})).rejects.toMatchObject({
    status: 422,
    parameter: 'stac_minzoom',
  })
})

test('Planetary Computer: the next page by POST with a token in a whole body', async () => {
  const [first, second] = recorded.filter(({ name }) => name === 'pc-post-token-2pages')
  const server = await replay('pc-post-token-2pages')
  const store = await search(server.origin, '/api/stac/v1/search', { query: first.body, minzoom: 12, maxItems: 20 })
  expect(server.asked.map(({ body }) => body)).toEqual([first.body, second.body])
  expect(itemsOf(store)).toEqual({ items: 20, without_place: 0, without_asset: 0 })
  const wanted = [...first.page.features, ...second.page.features].map(
    ({ id }) => `${server.origin}/api/stac/v1/collections/naip/items/${String(id)}`,
  )
  expect((await store.assetsFor([''], all)).toSorted()).toEqual(wanted.toSorted())
})

test('Earth Search v1: next with merge false, and an empty last page', async () => {
  const [first, second] = recorded.filter(({ name }) => name === 'earthsearch-v1-next')
  const server = await replay('earthsearch-v1-next')
  const store = await search(server.origin, '/v1/search', {
    query: { ...first.body, limit: undefined },
    limit: undefined,
    accessor: 'assets.visual.href',
  })
  expect(server.asked).toHaveLength(1)
  expect(server.asked[0].body).toEqual({ ...first.body, limit: 250 })
  expect(itemsOf(store)).toMatchObject({ items: 0 })
  expect(second.page.features).toEqual([])
})

test('eoAPI and Earth Search v0: a body with the token only, and one with a page number', async () => {
  for (const name of ['eoapi-post-token-merge', 'earthsearch-v0-page']) {
    const { body, page: answer, uri } = recorded.find((one) => one.name === name) as Recorded
    const next = answer.links.find(({ rel }) => rel === 'next')
    const { origin: original, pathname } = new URL(uri)
    const server = await stacServer(({ body: asked }, origin) => ({
      page:
        JSON.stringify(asked) === JSON.stringify(next?.body)
          ? page([])
          : JSON.parse(JSON.stringify(answer).replaceAll(original, origin)),
    }))
    const store = await search(server.origin, pathname, { query: body })
    expect(server.asked[1].body).toEqual(next?.body)
    expect(itemsOf(store)).toMatchObject({ items: answer.features.length })
  }
})

/** In one tile of zoom 8. */
const two = [item('a', [10, 10, 10.5, 10.5]), item('b', [10.5, 10.5, 11, 11])]

/** A first page with the link, and a second one to whatever is asked then. */
async function follow(next: (origin: string) => object, query: Record<string, unknown> = { collections: ['c'] }): Promise<Asked> {
  const server = await stacServer((_, origin) => ({
    page: server?.asked.length === 1 ? page([two[0]], [{ rel: 'next', ...next(origin) }]) : page([two[1]]),
  }))
  const store = await search(server.origin, '/search', { query, limit: 1, accessor: 'assets.data.href' })
  expect(await store.assetsFor([''], all)).toEqual(['https://files.example/a.tif', 'https://files.example/b.tif'])
  expect(server.asked).toHaveLength(2)
  return server.asked[1]
}

test('next: a body to merge', async () => {
  const asked = await follow(() => ({ href: '/search', method: 'POST', merge: true, body: { token: 'next:1' } }))
  expect(asked).toMatchObject({ method: 'POST', body: { collections: ['c'], limit: 1, token: 'next:1' } })
})

test('next: a whole body', async () => {
  const asked = await follow(() => ({ href: '/search', method: 'post', body: { token: 'next:1' } }))
  expect(asked.body).toEqual({ token: 'next:1' })
})

test('next: headers, of which none is ours to be set', async () => {
  const headers = {
    'Search-After': ['LC81530752019135LGN00', 'x'],
    Cookie: 'a=b',
    Authorization: 'Bearer x',
    'Content-Length': '3',
    Host: 'evil',
    bad: 'a\r\nb: c',
  }
  const asked = await follow(() => ({ href: '/search', method: 'POST', headers }))
  expect(asked.headers['search-after']).toBe('LC81530752019135LGN00, x')
  expect(asked.headers.cookie).toBeUndefined()
  expect(asked.headers.authorization).toBeUndefined()
  expect(asked.headers.bad).toBeUndefined()
  expect(asked.headers.host).toMatch(/^127\.0\.0\.1/)
  expect(asked.body).toEqual({ collections: ['c'], limit: 1 })
})

test('next: a token in the address, by GET, with and without saying so', async () => {
  for (const method of [{ method: 'GET' }, {}]) {
    const asked = await follow((origin) => ({ href: `${origin}/search?collections=c&limit=1&token=next%3A1`, ...method }))
    expect(asked).toMatchObject({ method: 'GET', path: '/search?collections=c&limit=1&token=next%3A1', body: undefined })
  }
})

test('next: a relative address', async () => {
  expect(await follow(() => ({ href: 'search?page=2' }))).toMatchObject({ method: 'GET', path: '/search?page=2' })
})

test('an API without POST is searched by GET', async () => {
  const server = await stacServer(({ method }): Answer => (method === 'POST' ? { status: 405, page: {} } : { page: page(two) }))
  const query = {
    collections: ['a', 'b'],
    bbox: [1, 2, 3, 4],
    datetime: '2024-01-01T00:00:00Z/..',
    intersects: { type: 'Point', coordinates: [1, 2] },
    filter: { op: '<', args: [{ property: 'eo:cloud_cover' }, 10] },
    sortby: [
      { field: 'datetime', direction: 'desc' },
      { field: 'id', direction: 'asc' },
    ],
    fields: { include: ['id'], exclude: ['properties'] },
  }
  await search(server.origin, '/search', { query })
  expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'GET'])
  const asked = Object.fromEntries(new URL(server.asked[1].path, server.origin).searchParams)
  expect(asked).toEqual({
    collections: 'a,b',
    bbox: '1,2,3,4',
    datetime: '2024-01-01T00:00:00Z/..',
    intersects: '{"type":"Point","coordinates":[1,2]}',
    filter: '{"op":"<","args":[{"property":"eo:cloud_cover"},10]}',
    'filter-lang': 'cql2-json',
    sortby: '-datetime,+id',
    fields: 'id,-properties',
    limit: '250',
  })
})

test('page_limit is the limit, unless the search has one; max_items cuts', async () => {
  const server = await stacServer(() => ({ page: page(two) }))
  await search(server.origin, '/search', { limit: 7 })
  await search(server.origin, '/search', { limit: 7, query: { limit: 3 } })
  const store = await search(server.origin, '/search', { maxItems: 1, accessor: 'assets.data.href' })
  expect(server.asked.map(({ body }) => body?.limit)).toEqual([7, 3, 1])
  expect(await store.assetsFor([''], all)).toEqual(['https://files.example/a.tif'])
})

test('a filter of CQL2 that is a text is sent as one', async () => {
  const server = await stacServer(() => ({ page: page(two) }))
  await search(server.origin, '/search', { query: { filter: 'eo:cloud_cover < 10' } })
  await search(server.origin, '/search', { query: { filter: 'a = 1', 'filter-lang': 'own' } })
  await search(server.origin, '/search', { query: { filter: { op: '=', args: [] } } })
  expect(server.asked.map(({ body }) => body?.['filter-lang'])).toEqual(['cql2-text', 'own', undefined])
})

test('no page is asked for twice, and an API that turns in a circle is left', async () => {
  const circle = await stacServer((_, origin) => ({
    page: page(two, [{ rel: 'next', href: `${origin}/search`, method: 'GET' }]),
  }))
  expect(itemsOf(await search(circle.origin, '/search'))).toMatchObject({ items: 2 })
  expect(circle.asked).toHaveLength(2)
  let token = 0
  const same = await stacServer((_, origin) => ({
    page: page(two, [{ rel: 'next', href: `${origin}/search?token=${token++}` }]),
  }))
  expect(itemsOf(await search(same.origin, '/search'))).toMatchObject({ items: 2 })
  expect(same.asked.length).toBeLessThan(6)
})

test('the cap of pages is an error, unless max_items was given', async () => {
  let number = 0
  const server = await stacServer((_, origin) => ({
    page: page([item(`i${number++}`, [10, 10, 11, 11])], [{ rel: 'next', href: `${origin}/search?page=${number}` }]),
  }))
  await expect(search(server.origin, '/search')).rejects.toMatchObject({ status: 413, setting: 'max_items' })
  expect(server.asked).toHaveLength(MAX_PAGES)
  expect(itemsOf(await search(server.origin, '/search', { maxItems: 10_000 }))).toMatchObject({ items: MAX_PAGES })
}, 60_000)

test('a search that the API refuses is the search\u2019s fault; anything else that it answers is the API\u2019s', async () => {
  const refused = await stacServer(() => ({ status: 400, page: { code: 'BadRequest', description: 'bbox is no box' } }))
  await expect(search(refused.origin, '/search')).rejects.toMatchObject({
    status: 422,
    parameter: 'search',
    message: 'search: the STAC API answered 400: bbox is no box',
  })
  const page2 = await stacServer(({ path }, origin) =>
    path === '/search' ? { page: page(two, [{ rel: 'next', href: `${origin}/search?p=2` }]) } : { status: 400, page: {} },
  )
  await expect(search(page2.origin, '/search')).rejects.toMatchObject({ status: 502 })
  for (const [answer, status] of [
    [{ status: 404, page: {} }, 404],
    [{ status: 403, page: {} }, 401],
    [{ status: 500, page: {} }, 502],
    [{ page: { type: 'Catalog' } }, 502],
    [{ page: Buffer.from('<html>') }, 502],
    [{ page: page(two, [{ rel: 'next', href: '/search', method: 'DELETE' }]) }, 502],
  ] as const) {
    const server = await stacServer(() => answer)
    await expect(search(server.origin, '/search')).rejects.toMatchObject({ status })
  }
})

test('next leads nowhere but where the operator allows', async () => {
  const server = await stacServer(() => ({ page: page(two, [{ rel: 'next', href: 'http://127.0.0.1:9/search' }]) }))
  await expect(search(server.origin, '/search')).rejects.toMatchObject({ status: 403 })
  const other = await stacServer(() => ({ page: page(two) }))
  const context = contextOf(server.origin, [`${server.origin}/open/`])
  await expect(openStac(`${other.origin}/search`, { query: {}, minzoom: 1, maxzoom: 2 }, context, {})).rejects.toMatchObject({
    status: 403,
  })
})

test('answers may be packed; a redirect keeps the search', async () => {
  const server = await stacServer(({ path }, origin): Answer =>
    path === '/old'
      ? { status: 307, headers: { location: `${origin}/search` }, page: {} }
      : { headers: { 'content-encoding': 'gzip' }, page: gzipSync(JSON.stringify(page(two))) },
  )
  expect(itemsOf(await search(server.origin, '/old', { query: { ids: ['a'] } }))).toMatchObject({ items: 2 })
  expect(server.asked[1]).toMatchObject({ method: 'POST', path: '/search', body: { ids: ['a'], limit: 250 } })
})

const link = (rel: string, href: string) => ({ rel, href })

test('the asset is the self link, else its place below the root, else the id; or what the accessor says', async () => {
  const box = [10, 10, 11, 11]
  const items = [
    item('a', box, { links: [link('root', 'https://api/'), link('self', 'https://api/a')] }),
    item('b', box, { links: [link('root', 'https://api/')] }),
    item('c', box),
    item('d', box, {
      links: [link('self', 'items/d.json')],
      assets: { 'x.y': { href: './d.tif' }, data: { href: 's3://bucket/d e.tif' } },
    }),
  ]
  const server = await stacServer(() => ({ page: page(items) }))
  const assetsBy = async (accessor?: StacSearch['accessor']) =>
    (await search(server.origin, '/search', { accessor })).assetsFor([''], all)
  expect(await assetsBy()).toEqual(['https://api/a', 'https://api/collections/c/items/b', 'c', `${server.origin}/items/d.json`])
  expect(await assetsBy('assets.data.href')).toEqual(
    ['a', 'b', 'c'].map((id) => `https://files.example/${id}.tif`).concat('s3://bucket/d e.tif'),
  )
  expect(await assetsBy('assets.x.y.href')).toEqual([`${server.origin}/items/d.tif`])
  expect(await assetsBy(({ id }) => `custom-${String(id)}`)).toEqual(['custom-a', 'custom-b', 'custom-c', 'custom-d'])
  const store = await search(server.origin, '/search', { accessor: 'assets.x.y.href' })
  expect(itemsOf(store)).toEqual({ items: 1, without_place: 0, without_asset: 3 })
  expect(await assetsBy('constructor.name')).toEqual([])
})

test('items without geometry have their bbox, without either they are counted', async () => {
  const items = [
    item('a', [10, 10, 11, 11], { geometry: null }),
    item('b', [0, 0, 0, 0], { geometry: null, bbox: null }),
    item('c', [0, 0, 0, 0], { geometry: null, bbox: [20, 20, 0, 21, 21, 100] }),
  ]
  const server = await stacServer(() => ({ page: page(items) }))
  const store = await search(server.origin, '/search', { accessor: 'assets.data.href' })
  expect(itemsOf(store)).toEqual({ items: 2, without_place: 1, without_asset: 0 })
  expect(store.info.bounds).toEqual([10, 10, 21, 21])
})

test('it cannot be written, and nothing is sent for that', async () => {
  const server = await stacServer(() => ({ page: page(two) }))
  const store = await search(server.origin, '/search')
  await expect(store.write()).rejects.toMatchObject({ code: 'NOT_WRITABLE', status: 405 })
  await expect(store.delete()).rejects.toMatchObject({ code: 'NOT_WRITABLE' })
  expect(stacKind.create).toBeUndefined()
  expect(server.asked).toHaveLength(1)
})

test('the same items have the same revision, others another', async () => {
  const server = await stacServer(() => ({ page: page(server?.asked.length < 3 ? two : two.slice(1)) }))
  const address = printStac({ href: `${server.origin}/search`, search: { query: {}, minzoom: 8, maxzoom: 9 } })
  const context = contextOf(server.origin)
  const store = await stacKind.open(address, context, {})
  expect(await stacKind.open(address, context, { ifNot: store?.revision })).toBeUndefined()
  expect((await stacKind.open(address, context, { ifNot: store?.revision }))?.revision).not.toBe(store?.revision)
})

test('a search that is given up ends at once', async () => {
  const server = await serve(() => {})
  const stop = new AbortController()
  const searching = openStac(`${server.origin}/search`, { query: {}, minzoom: 8, maxzoom: 9 }, contextOf(server.origin), {
    signal: stop.signal,
  })
  setTimeout(() => stop.abort(new Error('enough')), 50)
  await expect(searching).rejects.toThrow('enough')
})

test('10,000 items are a mosaic in memory below 100 MB that answers a tile in microseconds', async () => {
  const items = Array.from({ length: 10_000 }, (_, i) =>
    item(`i${i}`, [(i % 300) - 150, Math.floor(i / 300) - 10, (i % 300) - 148.9, Math.floor(i / 300) - 8.9]),
  )
  const server = await stacServer(({ path }, origin) => {
    const start = Number(new URL(path, origin).searchParams.get('from') ?? 0)
    return {
      page: page(
        items.slice(start, start + 1000),
        start < 9000 ? [{ rel: 'next', href: `${origin}/search?from=${start + 1000}` }] : [],
      ),
    }
  })
  const store = await search(server.origin, '/search', { accessor: 'assets.data.href' })
  expect(itemsOf(store)).toMatchObject({ items: 10_000 })
  expect(store.bytes).toBeLessThan(100e6)
  const start = performance.now()
  for (let i = 0; i < 2000; i++) await store.assetsFor([`0${(i % 4096).toString(4).padStart(7, '0')}`], all)
  // Microseconds of a tile; a busy machine may take ten times as long as an idle one.
  expect((performance.now() - start) / 2).toBeLessThan(200)
}, 60_000)
