import { expect, test } from 'vitest'
import { item, page, stacServer } from '../stores/stac-server.ts'
import { testingApp } from './testing-app.ts'

const body = { collections: ['c'], datetime: '2024-01-01T00:00:00Z/..' }

async function searched() {
  const items = [item('a', [10, 10, 10.5, 10.5]), item('b', [10.2, 10.2, 11, 11], { collection: 'd' })]
  const server = await stacServer(({ body: asked }) => ({
    page: page(items.filter(({ collection }) => !asked?.collections || (asked.collections as unknown[]).includes(collection))),
  }))
  const { app } = await testingApp({ argv: ['--allow', `stac+${server.origin}/`] })
  const get = (path: string, parameters: Record<string, string>) =>
    app.inject({
      url: path,
      query: { url: `stac+${server.origin}/search`, stac_minzoom: '8', stac_maxzoom: '14', ...parameters },
    })
  return { server, app, get }
}

test('a search is a mosaic on every route; its parameters are carried into the TileJSON', async () => {
  const { server, get } = await searched()
  const parameters = { search: JSON.stringify(body), max_items: '10', page_limit: '5', accessor: 'assets.data.href' }
  const info = await get('/mosaic/info', parameters)
  expect(info.json()).toMatchObject({ mosaic_minzoom: 8, mosaic_maxzoom: 14, quadkey_zoom: 8, bounds: [10, 10, 10.5, 10.5] })
  expect(server.asked[0].body).toEqual({ ...body, limit: 5 })
  const assets = await get('/mosaic/point/10.3,10.3/assets', parameters)
  expect(assets.json()).toEqual(['https://files.example/a.tif'])
  const { tiles } = (await get('/mosaic/tilejson.json', parameters)).json<{ tiles: string[] }>()
  const carried = Object.fromEntries(new URL(tiles[0]).searchParams)
  expect(carried).toMatchObject({ ...parameters, url: `stac+${server.origin}/search`, stac_minzoom: '8', stac_maxzoom: '14' })
  expect(server.asked).toHaveLength(1)
})

test('another search is another mosaic', async () => {
  const { get } = await searched()
  const assetsOf = async (parameters: Record<string, string>) =>
    (await get('/mosaic/point/10.3,10.3/assets', { accessor: 'assets.data.href', ...parameters })).json()
  expect(await assetsOf({ search: '{"collections":["c"]}' })).toEqual(['https://files.example/a.tif'])
  expect(await assetsOf({ search: '{"collections":["d"]}' })).toEqual(['https://files.example/b.tif'])
  expect(await assetsOf({})).toHaveLength(2)
  expect(await assetsOf({ max_items: '1' })).toHaveLength(1)
  expect(await assetsOf({ accessor: 'collection' })).toEqual(expect.arrayContaining([expect.stringMatching(/c$/)]))
})

test('the plus of the address may arrive as a space', async () => {
  const { server, app } = await searched()
  const answer = await app.inject(
    `/mosaicjson/info?url=stac+${encodeURIComponent(`${server.origin}/search`)}&stac_minzoom=8&stac_maxzoom=9`,
  )
  expect(answer.statusCode).toBe(200)
})

test.each([
  [{ search: '{"collections":' }, 'search'],
  [{ search: '[1]' }, 'search'],
  [{ search: 'null' }, 'search'],
  [{ stac_minzoom: '15' }, 'stac_minzoom'],
  [{ stac_minzoom: '' }, 'stac_minzoom'],
  [{ stac_maxzoom: '31' }, 'stac_maxzoom'],
  [{ max_items: '0' }, 'max_items'],
  [{ page_limit: '100000' }, 'page_limit'],
  [{ accessor: '.' }, 'accessor'],
])('%j is refused', async (parameters, name) => {
  const { server, get } = await searched()
  const answer = await get('/mosaic/info', parameters as unknown as Record<string, string>)
  expect(answer.statusCode).toBe(422)
  expect(answer.body).toContain(name)
  expect(server.asked).toHaveLength(0)
})

test('zooms are needed; beside other addresses the parameters mean nothing', async () => {
  const { server, app } = await searched()
  const without = await app.inject({ url: '/mosaic/info', query: { url: `stac+${server.origin}/search` } })
  expect(without.statusCode).toBe(422)
  expect(without.body).toContain('stac_minzoom')
  expect((await app.inject({ url: '/mosaic/info', query: { url: 'mosaic.json', search: '{' } })).statusCode).toBe(200)
})

test('an API that is not allowed is not asked', async () => {
  const { app } = await testingApp()
  const answer = await app.inject({
    url: '/mosaic/info',
    query: { url: 'stac+https://api.example/search', stac_minzoom: '8', stac_maxzoom: '9' },
  })
  expect(answer.statusCode).toBe(403)
})
