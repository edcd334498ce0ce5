import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createMosaics } from '../../src/mosaic/mosaics.ts'
import { createNet } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { printStac } from '../../src/stores/stac-address.ts'
import { item, page, stacServer } from '../stores/stac-server.ts'
import { serve } from '../net/local-server.ts'
import { temporaryFolder } from '../net/temporary-folder.ts'
import { made, roomy } from './made-mosaic.ts'

function mosaicsOf(allow: string, options: Partial<Parameters<typeof createMosaics>[0]> = {}) {
  const net = createNet({ allow: [allow], cwd: '/', limits: { retryMs: 5 } })
  return createMosaics({ net, cwd: '/', ttl: 60, ...roomy, ...options })
}

const text = (members: Record<string, unknown> = {}) => JSON.stringify(made(members))
/** Room for one of these documents, not for two. */
const wide = { tiles: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [i.toString(4).padStart(3, '0'), [`/${i}.tif`]])) }

test('within the TTL a mosaic is read once, and peek does no I/O at all', async () => {
  const server = await serve((_, response) => response.end(text()))
  const mosaics = mosaicsOf(`${server.origin}/`)
  const url = `${server.origin}/m.json`
  expect(mosaics.peek(url)).toBeUndefined()
  const trace = newTrace()
  const first = await mosaics.open(url, { trace })
  expect(await mosaics.open(url, { trace })).toBe(first)
  expect(mosaics.peek(url)).toBe(first)
  expect(server.requests.length).toBe(1)
  expect(trace).toMatchObject({ cacheHits: 1, cacheMisses: 1, reads: 1 })
  expect(mosaics.stats()).toMatchObject({ entries: 1, bytes: first.bytes })
})

test('after the TTL it is asked for by its ETag, and kept if it is the same', async () => {
  let body = { etag: '"1"', text: text({ name: 'one' }) }
  const statuses: number[] = []
  const server = await serve((request, response) => {
    const same = request.headers['if-none-match'] === body.etag
    statuses.push(same ? 304 : 200)
    response.writeHead(same ? 304 : 200, { etag: body.etag }).end(same ? undefined : body.text)
  })
  const mosaics = mosaicsOf(`${server.origin}/`, { ttl: 0.05 })
  const url = `${server.origin}/m.json`
  const first = await mosaics.open(url)
  await sleep(70)
  expect(mosaics.peek(url)).toBeUndefined()
  expect(await mosaics.open(url)).toBe(first)
  expect(mosaics.peek(url)).toBe(first)
  body = { etag: '"2"', text: text({ name: 'two' }) }
  await sleep(70)
  const second = await mosaics.open(url)
  expect([second.info.name, second.revision === first.revision]).toEqual(['two', false])
  expect(statuses).toEqual([200, 304, 200])
})

test('a search that is due is shown as it was, and repeated behind the request; one that is known to be old is waited for', async () => {
  let [count, slow] = [0, 0]
  const server = await stacServer(() => ({
    page: page([item(`v${++count}`, [10, 10, 11, 11])]),
    after: slow,
  }))
  const search = { query: {}, minzoom: 3, maxzoom: 9, accessor: 'assets.data.href' }
  const url = printStac({ href: `${server.origin}/search`, search })
  const mosaics = mosaicsOf(`stac+${server.origin}/`, { ttl: 0.05 })
  const assets = async () => (await mosaics.open(url)).assetsFor([''], { maxAssets: 9 })
  expect(await assets()).toEqual(['https://files.example/v1.tif'])
  slow = 300
  await sleep(70)
  const start = performance.now()
  for (let i = 0; i < 5; i++) expect(await assets()).toEqual(['https://files.example/v1.tif'])
  expect(performance.now() - start).toBeLessThan(slow)
  await sleep(slow + 300)
  expect(server.asked).toHaveLength(2)
  expect(await assets()).toEqual(['https://files.example/v2.tif'])
  mosaics.changed(url)
  expect(await assets()).toEqual([`https://files.example/v${count}.tif`])
  expect(count).toBeGreaterThan(2)
})

test('a changed file is seen after the TTL', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'm.json')
  writeFileSync(path, text({ name: 'one' }))
  const mosaics = mosaicsOf(folder, { ttl: 0.05 })
  const first = await mosaics.open(path)
  await sleep(70)
  expect(await mosaics.open(path)).toBe(first)
  writeFileSync(path, text({ name: 'two' }))
  utimesSync(path, 1000, 1000)
  await sleep(70)
  expect((await mosaics.open(path)).info.name).toBe('two')
})

test('many who ask at once share one reading', async () => {
  const server = await serve((_, response) => void setTimeout(() => response.end(text()), 50))
  const mosaics = mosaicsOf(`${server.origin}/`)
  const opened = await Promise.all(Array.from({ length: 20 }, () => mosaics.open(`${server.origin}/m.json`)))
  expect(new Set(opened).size).toBe(1)
  expect(server.requests.length).toBe(1)
})

test('one client that goes fails nobody else; when all have gone the reading ends', async () => {
  let closed = 0
  const server = await serve((request, response) => {
    response.on('close', () => closed++)
    if (!request.url?.includes('never')) setTimeout(() => response.end(text()), 60)
  })
  const mosaics = mosaicsOf(`${server.origin}/`)
  const [gone, stays] = [new AbortController(), new AbortController()]
  const url = `${server.origin}/m.json`
  const answers = [mosaics.open(url, { signal: gone.signal }), mosaics.open(url, { signal: stays.signal })]
  await sleep(20)
  gone.abort(new Error('gone'))
  const [first, second] = await Promise.allSettled(answers)
  expect([first.status, second.status]).toEqual(['rejected', 'fulfilled'])

  const last = new AbortController()
  const waiting = mosaics.open(`${server.origin}/never.json`, { signal: last.signal })
  await sleep(20)
  const before = closed
  last.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect.poll(() => closed).toBe(before + 1)
})

test('failures are not kept', async () => {
  let status = 404
  const server = await serve((_, response) => response.writeHead(status).end(text()))
  const mosaics = mosaicsOf(`${server.origin}/`)
  const url = `${server.origin}/m.json`
  await expect(mosaics.open(url)).rejects.toMatchObject({ status: 404 })
  status = 200
  expect((await mosaics.open(url)).info.minzoom).toBe(3)
})

test('a mosaic that has become invalid, or has gone, is no longer served', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'm.json')
  writeFileSync(path, text())
  const mosaics = mosaicsOf(folder, { ttl: 0 })
  await mosaics.open(path)
  writeFileSync(path, 'no longer a mosaic')
  await expect(mosaics.open(path)).rejects.toMatchObject({ status: 422, code: 'INVALID_MOSAIC' })
  expect(mosaics.stats().entries).toBe(0)
})

test('mosaics that do not fit together push each other out; one that never fits is a 413', async () => {
  const folder = temporaryFolder()
  for (const name of ['a', 'b']) writeFileSync(join(folder, `${name}.json`), text(wide))
  const { bytes } = await mosaicsOf(folder).open(join(folder, 'a.json'))
  const mosaics = mosaicsOf(folder, { memory: Math.floor(bytes * 1.5) })
  await mosaics.open(join(folder, 'a.json'))
  await mosaics.open(join(folder, 'b.json'))
  expect(mosaics.stats()).toMatchObject({ entries: 1, bytes })
  expect(mosaics.peek(join(folder, 'a.json'))).toBeUndefined()
  const tight = mosaicsOf(folder, { memory: bytes - 1 })
  await expect(tight.open(join(folder, 'a.json'))).rejects.toMatchObject({ status: 413, setting: '--mosaic-memory' })
})

test('a document above the limits is a 413 that names the setting', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'm.json'), text(wide))
  writeFileSync(join(folder, 'm.json.gz'), gzipSync(text(wide)))
  await expect(mosaicsOf(folder, { maxBytes: 100 }).open(join(folder, 'm.json'))).rejects.toMatchObject({
    status: 413,
    setting: '--max-mosaic-bytes',
  })
  await expect(mosaicsOf(folder, { maxUnpacked: 500 }).open(join(folder, 'm.json.gz'))).rejects.toMatchObject({
    status: 413,
    setting: '--max-mosaic-unpacked',
  })
})

test.each(['', ' ', ':memory:', 'ftp://example.invalid/m.json'])(
  'the address %j is an error of the parameter url',
  async (url) => {
    await expect(mosaicsOf('/tmp').open(url)).rejects.toMatchObject({ status: 422, parameter: 'url' })
  },
)

test('a secret in the address stays out of the message', async () => {
  const server = await serve((_, response) => response.end('{}'))
  const error = await mosaicsOf(`${server.origin}/`)
    .open(`${server.origin}/m.json?sig=topsecret`)
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ status: 422 })
  expect(String(error)).not.toContain('topsecret')
})
