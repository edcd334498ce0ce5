import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fixtures, realApp } from './real-app.ts'

/** Seconds before a source is looked at again: short, since the tests wait for it. */
const TTL = 1
/** In both pieces. */
const PLACE = '11.8,49.25'
let folder: string
let opened: Awaited<ReturnType<typeof realApp>>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smalti-'))
  await mkdir(join(folder, 'pieces'))
  for (const name of ['mosaic.json', 'pieces/west.tif', 'pieces/east.tif'])
    await copyFile(join(fixtures, 'mosaics', name), join(folder, name))
  opened = await realApp(['--allow', folder, '--mosaic-ttl', String(TTL)])
})

afterEach(async () => {
  await opened.close()
  await rm(folder, { recursive: true })
})

async function ask(url: string, { router = 'mosaic', query = '', headers = {} } = {}) {
  const reply = await opened.app.inject({
    url: `/${router}/point/${PLACE}?url=${encodeURIComponent(join(folder, url))}${query}`,
    headers,
  })
  const { etag, 'cache-control': caching } = reply.headers
  return { status: reply.statusCode, etag: String(etag), caching, body: reply.body }
}

/** What the metrics say of the cache of blocks. */
async function blockLooks() {
  const { body } = await opened.app.inject('/metrics')
  return body.split('\n').filter((line) => /^smalti_cache.*"blocks"/.test(line))
}

test('a point has an ETag, and is not answered again to a client that has the answer', async () => {
  for (const [url, router] of [
    ['mosaic.json', 'mosaic'],
    ['pieces/west.tif', 'cog'],
  ] as const) {
    const first = await ask(url, { router })
    expect([first.status, first.etag]).toEqual([200, expect.stringMatching(/^"[\w-]{27}"$/)])
    for (const etag of [first.etag, `W/${first.etag}`, `"a", ${first.etag}`])
      expect(await ask(url, { router, headers: { 'if-none-match': etag } })).toEqual({ ...first, status: 304, body: '' })
    expect((await ask(url, { router, headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  }
})

test('a point that is asked for again is not read again, and its answer is the same', async () => {
  const first = await ask('mosaic.json')
  const looks = await blockLooks()
  expect(looks.length).toBeGreaterThan(0)
  expect(await ask('mosaic.json')).toEqual(first)
  expect(await blockLooks()).toEqual(looks)
  expect((await ask('mosaic.json', { query: '&bidx=1' })).etag).not.toBe(first.etag)
})

test('an asset that was replaced is seen after the TTL, nothing is where nothing has changed', async () => {
  const first = await ask('mosaic.json')
  await sleep(TTL * 1000 + 50)
  expect(await ask('mosaic.json')).toEqual(first)
  await copyFile(join(folder, 'pieces/west.tif'), join(folder, 'new.tif'))
  await rename(join(folder, 'new.tif'), join(folder, 'pieces/west.tif'))
  await sleep(TTL * 2000 + 50)
  const second = await ask('mosaic.json', { headers: { 'if-none-match': first.etag } })
  expect([second.status, second.etag === first.etag, second.body]).toEqual([200, false, first.body])
})

test('one with an asset that could not be read is read again; errors have no ETag', async () => {
  await writeFile(join(folder, 'pieces/east.tif'), 'not a TIFF')
  const [first, second] = [await ask('mosaic.json'), await ask('mosaic.json')]
  expect(second).toEqual(first)
  expect(await ask('pieces/east.tif', { router: 'cog' })).toMatchObject({ status: 422, etag: 'undefined', caching: 'no-store' })
})
