import { expect, test } from 'vitest'
import { HttpBackend, MosaicBackend, STACBackend } from '../../src/index.ts'
import { item, page, stacServer } from '../stores/stac-server.ts'

const zooms = { minzoom: 8, maxzoom: 12 }
const accessor = ({ id }: { readonly id?: unknown }) => `s3://bucket/${String(id)}.tif`

function api() {
  return stacServer(({ body }) => {
    const features = [item('a', [1, 1, 1.5, 1.5]), item('b', [1, 1, 1.5, 1.5]), item('c', [1, 1, 1.5, 1.5])]
    const count = Number(body?.limit ?? 10)
    return { page: page(features.slice(0, count)) }
  })
}

test('a search by its query, zooms and options', async () => {
  const server = await api()
  const query = { collections: ['x'] }
  await using mosaic = await MosaicBackend(`stac+${server.origin}/search`, query, 8, 12, {
    stacApiOptions: { maxItems: 2, limit: 7 },
    mosaicOptions: { accessor },
  })
  expect(mosaic).toBeInstanceOf(STACBackend)
  expect(mosaic).not.toBeInstanceOf(HttpBackend)
  expect([mosaic.minzoom, mosaic.maxzoom]).toEqual([8, 12])
  expect(await mosaic.assetsForPoint(1.2, 1.2)).toEqual(['s3://bucket/a.tif', 's3://bucket/b.tif'])
  expect(server.asked[0].body).toMatchObject(query)
})

test('without the prefix, and the limit of the query wins', async () => {
  const server = await api()
  const options = { ...zooms, query: { limit: 1 }, stacApiOptions: { limit: 5 }, mosaicOptions: { accessor } }
  await using mosaic = await new STACBackend(`${server.origin}/search`, options).open()
  expect(server.asked[0].body?.limit).toBe(1)
  expect(await mosaic.assetsForPoint(1.2, 1.2)).toEqual(['s3://bucket/a.tif'])
})

test('an accessor that is no function is a TypeError, zooms are needed', async () => {
  const wrong = { ...zooms, mosaicOptions: { accessor: 'assets.a.href' as unknown as () => string } }
  expect(() => new STACBackend('https://host/search', wrong)).toThrow(TypeError)
  await expect(MosaicBackend('stac+https://host/search')).rejects.toMatchObject({ parameter: 'stac_minzoom' })
  expect(() => new STACBackend('s3://bucket/search', zooms)).toThrow(/STAC/)
})

test('it is only read: nothing is sent before that is said', async () => {
  const server = await api()
  const address = `stac+${server.origin}/search`
  const notWritable = { code: 'NOT_WRITABLE' }
  const mosaicDef = { mosaicjson: '0.0.3', minzoom: 1, maxzoom: 2, tiles: {} }
  await expect(MosaicBackend(address, { mosaicDef })).rejects.toMatchObject(notWritable)
  await using mosaic = new STACBackend(address, zooms)
  await expect(mosaic.write()).rejects.toMatchObject(notWritable)
  await expect(mosaic.update([])).rejects.toMatchObject(notWritable)
  await expect(mosaic.delete()).rejects.toMatchObject(notWritable)
  expect(server.requests).toHaveLength(0)
})
