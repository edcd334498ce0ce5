import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createNet } from '../../src/net/net.ts'
import { httpKind } from '../../src/stores/http-store.ts'
import { memoryKind } from '../../src/stores/memory-store.ts'
import type { MosaicStore } from '../../src/stores/store.ts'
import { inMemory, made, roomy } from '../mosaic/made-mosaic.ts'
import { serve } from '../net/local-server.ts'

const tiles = { '012': ['a.tif', '../b.tif', '/c.tif', 'https://other/d.tif', '/vsis3/bucket/e.tif'] }

async function open(address: string, allow: string, limits = roomy): Promise<MosaicStore | undefined> {
  const net = createNet({ allow: [allow], cwd: '/', limits: { retryMs: 5 } })
  return httpKind.open(address, { net, cwd: '/', limits }, {})
}

test('relative assets are resolved against the document\u2019s URL, its query left out', async () => {
  const server = await serve((_, response) => response.end(JSON.stringify(made({ tiles }))))
  const store = await open(`${server.origin}/x/y/m.json?sig=secret`, `${server.origin}/`)
  expect(await store?.assetsFor([''], { maxAssets: 10 })).toEqual([
    `${server.origin}/x/y/a.tif`,
    `${server.origin}/x/b.tif`,
    `${server.origin}/c.tif`,
    'https://other/d.tif',
    '/vsis3/bucket/e.tif',
  ])
})

test('gzip is known by its bytes, whatever the name and Content-Encoding say', async () => {
  const text = JSON.stringify(made())
  const server = await serve((request, response) => {
    if (request.url?.startsWith('/encoded')) response.setHeader('content-encoding', 'gzip')
    response.end(request.url?.includes('plain') ? text : gzipSync(text))
  })
  for (const path of ['m.json', 'm.json.gz?sig=1', 'encoded/m.json.gz', 'encoded/m.json', 'plain.json.gz']) {
    const store = await open(`${server.origin}/${path}`, `${server.origin}/`)
    expect(await store?.document()).toEqual(made())
  }
})

test('a document above the limit is refused with the name of the setting', async () => {
  const server = await serve((_, response) => response.end(JSON.stringify(made())))
  await expect(open(`${server.origin}/m.json`, `${server.origin}/`, { ...roomy, maxBytes: 20 })).rejects.toMatchObject({
    status: 413,
    setting: '--max-mosaic-bytes',
  })
})

test('writing over HTTP is refused before anything is sent', async () => {
  const server = await serve((_, response) => response.end(JSON.stringify(made())))
  const store = await open(`${server.origin}/m.json`, `${server.origin}/`)
  const sent = server.requests.length
  await expect(store?.write(made(), { overwrite: true })).rejects.toMatchObject({ code: 'NOT_WRITABLE', status: 405 })
  await expect(store?.delete()).rejects.toMatchObject({ code: 'NOT_WRITABLE' })
  expect(server.requests.length).toBe(sent)
})

test('a mosaic in memory can be searched; writing it does nothing; by address there is none', async () => {
  const store = await inMemory({ tiles: { '012': ['a.tif', '/b.tif'] } })
  await store.write()
  await store.delete()
  expect(await store.assetsFor(['01'], { maxAssets: 10 })).toEqual(['/work-dir/a.tif', '/b.tif'])
  expect((await inMemory({ name: 'other' })).revision).not.toBe(store.revision)
  const context = { net: createNet({ allow: [], cwd: '/' }), cwd: '/', limits: roomy }
  await expect(memoryKind.open(':memory:', context, {})).rejects.toMatchObject({ status: 422, parameter: 'url' })
})
