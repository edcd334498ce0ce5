import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RealServer, startReal } from '../../scripts/servers/real.ts'
import { freePort, type Running } from '../../scripts/servers/smalti.ts'
import { startDemo, world } from './demo.ts'

let smalti: Running
let cache: RealServer

/** docker/nginx.conf, as the compose file uses it, in front of the demo. */
beforeAll(async () => {
  smalti = await startDemo()
  cache = await startReal('nginx', 'cache', await freePort(), String(smalti.port))
})

afterAll(async () => {
  await cache?.[Symbol.asyncDispose]()
  await smalti?.stop()
})

test('a tile is computed once and then comes from the cache, byte for byte', async () => {
  const path = `/mosaic/2/1/1.webp?url=${world}`
  const first = await fetch(cache.base + path)
  const second = await fetch(cache.base + path)
  expect([first.status, first.headers.get('x-cache'), second.headers.get('x-cache')]).toEqual([200, 'MISS', 'HIT'])
  const bytes = Buffer.from(await first.arrayBuffer())
  expect(bytes.equals(Buffer.from(await second.arrayBuffer()))).toBe(true)
  expect(bytes.equals(Buffer.from(await (await fetch(smalti.base + path)).arrayBuffer()))).toBe(true)
})

test('thirty clients that ask for the same new tile reach the server once', async () => {
  const path = `/mosaic/3/4/3.png?url=${world}`
  const replies = await Promise.all(Array.from({ length: 30 }, () => fetch(cache.base + path)))
  expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]))
  await Promise.all(replies.map((reply) => reply.arrayBuffer()))
  expect(replies.filter((reply) => reply.headers.get('x-cache') === 'MISS')).toHaveLength(1)
  // The log's lines are written a little later.
  await expect.poll(() => smalti.output().split('"/mosaic/3/4/3.png"').length - 1).toBe(1)
})

test('a client that has the tile gets 304 through the cache', async () => {
  const path = `/mosaic/2/2/1.webp?url=${world}`
  const first = await fetch(cache.base + path)
  await first.arrayBuffer()
  const etag = first.headers.get('etag')
  expect(etag).toMatch(/^"[^"]+"$/)
  const again = await fetch(cache.base + path, { headers: { 'if-none-match': etag ?? '' }, cache: 'no-store' })
  expect(again.status).toBe(304)
})

test('an error is not kept', async () => {
  const path = `/mosaic/2/2/1.webp?url=demo/absent.json`
  const states = []
  for (let round = 0; round < 2; round++) {
    const reply = await fetch(cache.base + path)
    states.push([reply.status, reply.headers.get('x-cache')])
  }
  expect(states).toEqual([
    [404, 'MISS'],
    [404, 'MISS'],
  ])
})

test('links of the TileJSON lead through the cache, not past it', async () => {
  const { tiles } = (await (await fetch(`${cache.base}/mosaic/tilejson.json?url=${world}`)).json()) as { tiles: string[] }
  expect(tiles[0].startsWith(`${cache.base}/`)).toBe(true)
})
