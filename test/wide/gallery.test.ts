import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requestsOf } from '../../scripts/gallery/page.ts'
import { PICTURES } from '../../scripts/gallery/pictures.ts'
import type { Running } from '../../scripts/servers/smalti.ts'
import { root, startDemo } from './demo.ts'
import { decoded } from './picture.ts'

let smalti: Running
beforeAll(async () => {
  smalti = await startDemo()
})
afterAll(async () => {
  await smalti?.stop()
})

const page = readFileSync(`${root}docs/gallery.md`, 'utf8')
const requests = requestsOf(page)

test('docs/gallery.md shows the list that `npm run gallery` asks for', () => {
  const shown = requests.map(({ address, body }) => ({ address, body: body === undefined ? undefined : JSON.parse(body) }))
  expect(shown).toEqual(PICTURES.map(({ address, body }) => ({ address, body })))
})

test.each(requests)('$file is what its address answers', async ({ file, address, body }) => {
  const headers = body === undefined ? undefined : { 'content-type': 'application/json' }
  const reply = await fetch(`${smalti.base}${address}`, { method: body === undefined ? 'GET' : 'POST', headers, body })
  expect({ status: reply.status, type: reply.headers.get('content-type') }).toEqual({
    status: 200,
    type: `image/${extname(file).slice(1)}`,
  })
  const [now, then] = await Promise.all([decoded(Buffer.from(await reply.arrayBuffer())), decoded(`${root}docs/${file}`)])
  expect({ width: now.width, height: now.height }).toEqual({ width: then.width, height: then.height })
  // Mean difference of the values: pictures of another place or in other colours are far beyond it.
  const difference = now.data.reduce((sum, value, i) => sum + Math.abs(value - then.data[i]), 0) / now.data.length
  expect(difference).toBeLessThan(2)
})
