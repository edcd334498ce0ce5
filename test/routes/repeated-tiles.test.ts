import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fixtures, realApp } from './real-app.ts'

/** Seconds before a source is looked at again: short, since the tests wait for it. */
const TTL = 1
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

async function tile(path = '/mosaic/6/34/21.png', query = '') {
  const reply = await opened.app.inject(`${path}?url=${encodeURIComponent(join(folder, 'mosaic.json'))}${query}`)
  const { etag, 'server-timing': timing } = reply.headers
  return { status: reply.statusCode, etag, body: reply.rawPayload, made: String(timing).includes('warp'), headers: reply.headers }
}

test('a tile that is asked for again is not made again, and its answer is the same', async () => {
  const [first, second] = [await tile(), await tile()]
  expect([first.status, first.made, second.status, second.made]).toEqual([200, true, 200, false])
  expect(second.body.equals(first.body)).toBe(true)
  for (const name of ['etag', 'content-bbox', 'content-crs', 'content-type', 'x-assets', 'cache-control'])
    expect([name, second.headers[name]]).toEqual([name, first.headers[name]])
})

test('nor after the TTL, if nothing has changed', async () => {
  const first = await tile()
  await sleep(TTL * 1000 + 50)
  const second = await tile()
  expect([second.made, second.etag]).toEqual([false, first.etag])
})

test('an asset that was replaced is seen after the TTL', async () => {
  const first = await tile()
  await copyFile(join(folder, 'pieces/west.tif'), join(folder, 'new.tif'))
  await rename(join(folder, 'new.tif'), join(folder, 'pieces/west.tif'))
  await sleep(TTL * 2000 + 50)
  const second = await tile()
  expect([second.made, second.etag === first.etag]).toEqual([true, false])
})

test('so is a new version of the mosaic', async () => {
  const first = await tile()
  const document = JSON.parse(await readFile(join(folder, 'mosaic.json'), 'utf8'))
  for (const assets of Object.values<string[]>(document.tiles)) assets.reverse()
  await writeFile(join(folder, 'mosaic.json'), JSON.stringify(document))
  await sleep(TTL * 1000 + 50)
  const second = await tile()
  expect([second.made, second.etag === first.etag]).toEqual([true, false])
})

test('an empty tile is remembered too, one with an unreadable asset is not', async () => {
  const nowhere = '/mosaic/6/0/0.png'
  expect([(await tile(nowhere)).status, (await tile(nowhere)).status]).toEqual([204, 204])
  await writeFile(join(folder, 'pieces/west.tif'), 'not a TIFF')
  const [first, second] = [await tile(), await tile()]
  expect([first.status, first.headers['x-assets-skipped'] != null]).toEqual([200, true])
  expect([second.made, second.headers['x-assets-skipped']]).toEqual([true, first.headers['x-assets-skipped']])
})

test('every parameter makes an answer of its own', async () => {
  const [plain, other] = [await tile(), await tile(undefined, '&rescale=0,10')]
  expect([other.made, other.etag === plain.etag]).toEqual([true, false])
})
