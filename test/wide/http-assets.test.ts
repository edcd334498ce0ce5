import { expect, test } from 'vitest'
import { startReal } from '../../scripts/servers/real.ts'
import { freePort } from '../../scripts/servers/smalti.ts'
import { demoFolder, startDemo, world } from './demo.ts'

test.each([
  [0, 0, 0],
  [2, 1, 1],
  [4, 8, 5],
])('tile %i/%i/%i of a mosaic behind nginx, by byte ranges, has the values of the same mosaic on disk', async (z, x, y) => {
  await using files = await startReal('nginx', 'files', await freePort(), demoFolder)
  await using smalti = await startDemo('--allow', `${files.base}/`)
  const ask = async (url: string) => {
    const reply = await fetch(`${smalti.base}/mosaic/${z}/${x}/${y}.npy?url=${encodeURIComponent(url)}`)
    const body = Buffer.from(await reply.arrayBuffer())
    expect([reply.status, reply.status === 200 ? '' : body.toString()]).toEqual([200, ''])
    return body
  }
  const overHttp = await ask(`${files.base}/blue-marble.json`)
  expect(overHttp.equals(await ask(world))).toBe(true)
  expect(overHttp.length).toBeGreaterThan(256 * 256 * 4)
})

test('an address that is not allowed is refused, whatever else that host serves', async () => {
  await using files = await startReal('nginx', 'files', await freePort(), demoFolder)
  await using smalti = await startDemo('--allow', `${files.base}/other/`)
  const reply = await fetch(`${smalti.base}/mosaic/0/0/0.npy?url=${encodeURIComponent(`${files.base}/blue-marble.json`)}`)
  expect(reply.status).toBe(403)
})
