import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RealServer, startReal } from '../../../scripts/servers/real.ts'
import { createNet } from '../../../src/net/net.ts'
import type { StacSearch } from '../../../src/stores/stac-address.ts'
import { openStac } from '../../../src/stores/stac-store.ts'
import { freePort } from './clouds.ts'

const ITEMS = 60
const there = existsSync(join(process.env.TEST_SERVERS ?? join(homedir(), '.cache/smalti/servers'), 'stac/bin/uvicorn'))
const limits = { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 }

const collection = {
  type: 'Collection',
  stac_version: '1.0.0',
  id: 'fields',
  description: 'Made up',
  license: 'CC0-1.0',
  extent: { spatial: { bbox: [[-180, -90, 180, 90]] }, temporal: { interval: [['2024-01-01T00:00:00Z', null]] } },
  links: [],
}

/** A row of boxes of one degree from 0, 10 eastward, one a day. */
function itemOf(i: number) {
  const day = String((i % 28) + 1).padStart(2, '0')
  const ring = [
    [i, 10],
    [i + 1, 10],
    [i + 1, 11],
    [i, 11],
    [i, 10],
  ]
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    stac_extensions: [],
    id: `item-${String(i).padStart(3, '0')}`,
    collection: 'fields',
    geometry: { type: 'Polygon', coordinates: [ring] },
    bbox: [i, 10, i + 1, 11],
    properties: { datetime: `2024-01-${day}T00:00:00Z`, 'eo:cloud_cover': i },
    links: [],
    assets: { data: { href: `https://files.example/${i}.tif` } },
  }
}

const range = (from: number, below: number) => Array.from({ length: below - from }, (_, i) => from + i)

describe.skipIf(!there && process.env.CI !== 'true')('a STAC API: stac-fastapi-pgstac', () => {
  let server: RealServer
  beforeAll(async () => {
    server = await startReal('stac', 'start', await freePort())
    const post = async (path: string, body: object) => {
      const reply = await fetch(server.base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    }
    await post('/collections', collection)
    await post('/collections/fields/items', {
      type: 'FeatureCollection',
      features: Array.from({ length: ITEMS }, (_, i) => itemOf(i)),
    })
  })
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
  })

  async function assetsOf(query: Record<string, unknown>, changes: Partial<StacSearch> = {}) {
    const context = { net: createNet({ allow: [`stac+${server.base}/`], cwd: '/' }), cwd: '/', limits }
    const search = {
      query: { collections: ['fields'], ...query },
      minzoom: 6,
      maxzoom: 12,
      accessor: 'assets.data.href',
      ...changes,
    }
    const store = await openStac(`${server.base}/search`, search, context, {})
    await context.net.close()
    const assets = await store?.assetsFor([''], { maxAssets: 1000 })
    return assets?.map((asset) => Number(/(\d+)\.tif$/.exec(asset)?.[1])).toSorted((a, b) => a - b)
  }

  test('all pages are followed, by POST, with the last one not full', async () => {
    expect(await assetsOf({}, { limit: 7 })).toEqual(range(0, ITEMS))
    expect(await assetsOf({ limit: 25 })).toEqual(range(0, ITEMS))
  })

  test('max_items ends it', async () => {
    expect(await assetsOf({}, { limit: 7, maxItems: 10 })).toHaveLength(10)
  })

  test('bbox, intersects, datetime, ids, query, filter, sortby and fields do what they say', async () => {
    expect(await assetsOf({ bbox: [2.5, 10.2, 4.5, 10.4] })).toEqual([2, 3, 4])
    expect(await assetsOf({ intersects: { type: 'Point', coordinates: [7.5, 10.5] } })).toEqual([7])
    expect(await assetsOf({ datetime: '2024-01-03T00:00:00Z' })).toEqual([2, 30, 58])
    expect(await assetsOf({ ids: ['item-004', 'item-059'] })).toEqual([4, 59])
    expect(await assetsOf({ query: { 'eo:cloud_cover': { lt: 3 } } })).toEqual([0, 1, 2])
    expect(
      await assetsOf({ 'filter-lang': 'cql2-json', filter: { op: '>=', args: [{ property: 'eo:cloud_cover' }, 57] } }),
    ).toEqual([57, 58, 59])
    const last = { sortby: [{ field: 'id', direction: 'desc' }] }
    expect(await assetsOf(last, { maxItems: 2, limit: 1 })).toEqual([58, 59])
    expect(await assetsOf({ fields: { include: ['id', 'geometry', 'bbox', 'assets'], exclude: ['properties'] } })).toEqual(
      range(0, ITEMS),
    )
  })

  test('a search that the API refuses is an error of the search', async () => {
    await expect(assetsOf({ bbox: [1, 2, 3] })).rejects.toMatchObject({ status: 422, parameter: 'search' })
  })
})
