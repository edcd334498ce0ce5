import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startSmalti } from '../../../scripts/servers/smalti.ts'
import type { MosaicJSON } from '../../../src/mosaic/document.ts'
import { createCredentials, type CredentialEntry } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import { made } from '../../mosaic/made-mosaic.ts'
import { clouds, secretsOf } from './clouds.ts'
import { isMissing, startTables } from './dynamodb.ts'

interface Server extends AsyncDisposable {
  readonly root: string
  readonly credentials: readonly CredentialEntry[]
}

const KEY = 'a-key-of-twenty-chars'
const run = randomBytes(4).toString('hex')
const kinds: readonly { name: string; missing: boolean; start(): Promise<Server>; at(root: string): string }[] = [
  ...clouds.map((cloud) => ({
    name: cloud.name,
    missing: cloud.missing !== undefined,
    start: () => cloud.start(),
    at: (root: string) => `${root}${run}/written.json.gz`,
  })),
  { name: 'DynamoDB', missing: isMissing, start: startTables, at: (root) => `${root}:${run}-written` },
]

const feature = (path: string) => ({
  type: 'Feature',
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [1, 1],
        [1.5, 1],
        [1.5, 1.5],
        [1, 1.5],
        [1, 1],
      ],
    ],
  },
  properties: { path },
})

/** Writes to one mosaic through one server. */
function client(base: string, url: string) {
  return async (method: string, body?: unknown, headers: Record<string, string> = {}, key = KEY) => {
    const reply = await fetch(`${base}/mosaic/?${new URLSearchParams({ url })}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await reply.text()
    return {
      status: reply.status,
      etag: reply.headers.get('etag') ?? '',
      json: text === '' ? undefined : (JSON.parse(text) as MosaicJSON),
    }
  }
}

for (const { name, missing, start, at } of kinds) {
  describe.skipIf(missing && process.env.CI !== 'true')(`writing over HTTP: ${name}`, () => {
    test('under conditions, from two servers at once, and no update is lost', async () => {
      await using cloud = await start()
      const folder = await mkdtemp(join(tmpdir(), 'smalti-writing-'))
      const credentials = join(folder, 'credentials.json')
      await writeFile(credentials, JSON.stringify(cloud.credentials))
      const flags = ['--credentials', credentials, '--allow', cloud.root, '--write-key', KEY, '--workers', '1']
      const url = at(cloud.root)
      await using one = await startSmalti(flags)
      await using two = await startSmalti(flags)
      const [here, there] = [client(one.base, url), client(two.base, url)]

      expect((await here('GET')).status).toBe(404)
      expect((await here('PUT', made(), { 'if-match': '*' })).status).toBe(412)
      expect((await here('PUT', made(), {}, 'not-a-key-of-anybody')).status).toBe(401)
      const racers = await Promise.all(
        [here, there, here, there].map((send, i) =>
          send('PUT', made({ name: `n${i}`, tiles: { 122: ['a.tif'] } }), { 'if-none-match': '*' }),
        ),
      )
      expect(racers.map(({ status }) => status).toSorted()).toEqual([201, 412, 412, 412])

      const read = await here('GET')
      expect(read.etag).toMatch(/^"[\w-]+"$/)
      expect((await there('GET')).etag).toBe(read.etag)
      const second = await here('PUT', made({ name: 'second', 'other:member': { a: [1] }, tiles: { 122: ['a.tif'] } }), {
        'if-match': read.etag,
      })
      expect(second.status).toBe(200)
      // The other server still has the old one in its cache: it looks before it writes.
      expect((await there('PUT', made({ name: 'late' }), { 'if-match': read.etag })).status).toBe(412)
      expect((await there('DELETE', undefined, { 'if-match': read.etag })).status).toBe(412)
      expect((await here('GET')).json).toMatchObject({ name: 'second', 'other:member': { a: [1] } })

      const names = Array.from({ length: 12 }, (_, i) => `${i}.tif`)
      const replies = await Promise.all(names.map((path, i) => (i % 2 === 0 ? here : there)('PATCH', [feature(path)])))
      expect(replies.map(({ status }) => status)).toEqual(names.map(() => 200))
      // Each server is asked to look, which a writer may.
      const after = (await there('GET', undefined, { 'cache-control': 'no-cache' })).json
      expect(new Set(after?.tiles['122'])).toEqual(new Set([...names, 'a.tif']))
      expect(after).toMatchObject({ name: 'second', version: '1.0.12', 'other:member': { a: [1] } })

      const last = await here('GET', undefined, { 'cache-control': 'no-cache' })
      expect((await here('DELETE', undefined, { 'if-match': last.etag })).status).toBe(204)
      expect((await here('GET')).status).toBe(404)
      expect((await there('DELETE')).status).toBe(404)

      const said = one.output() + two.output()
      // DynamoDB Local takes any secret: ours there is one letter.
      const secrets = [...secretsOf(cloud.credentials), KEY].filter((secret) => secret.length > 1)
      for (const secret of secrets) expect(said).not.toContain(secret)
      expect(said).toContain('"audit":true')
      await rm(folder, { recursive: true })
    })
  })
}

for (const cloudKind of clouds) {
  describe.skipIf(cloudKind.missing !== undefined && process.env.CI !== 'true')(`made over HTTP: ${cloudKind.name}`, () => {
    test('a mosaic of files in a bucket is written into it, and its tiles are there at once', async () => {
      await using cloud = await cloudKind.start()
      const folder = await mkdtemp(join(tmpdir(), 'smalti-made-'))
      const credentials = join(folder, 'credentials.json')
      await writeFile(credentials, JSON.stringify(cloud.credentials))
      const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(cloud.credentials) })
      const urls = ['west.tif', 'east.tif'].map((file) => `${cloud.root}${run}/${file}`)
      for (const [i, file] of ['west.tif', 'east.tif'].entries()) {
        await net.writeObject(urls[i], await readFile(new URL(`../../fixtures/mosaics/pieces/${file}`, import.meta.url)), {})
      }
      await net.close()
      const flags = ['--credentials', credentials, '--allow', cloud.root, '--write-key', KEY, '--workers', '1']
      await using server = await startSmalti(flags)
      const url = `${cloud.root}${run}/made.json`
      const absent = `${cloud.root}${run}/absent.tif`
      const create = (body: object) =>
        fetch(`${server.base}/mosaic/create?wait=true`, {
          method: 'POST',
          headers: { authorization: `Bearer ${KEY}` },
          body: JSON.stringify({ url, minzoom: 5, maxzoom: 9, quadkey_zoom: 6, ...body }),
        })
      expect((await create({ urls: [...urls, absent] })).status).toBe(404)
      const reply = await create({ urls: [...urls, absent], on_error: 'skip' })
      expect(reply.status).toBe(201)
      expect(await reply.json()).toMatchObject({ status: 'done', failed: [{ asset: absent, code: 'NOT_FOUND' }] })
      expect((await create({ urls })).status).toBe(409)
      const tile = await fetch(`${server.base}/mosaic/6/33/22.png?${new URLSearchParams({ url })}`)
      expect([tile.status, tile.headers.get('x-assets')]).toEqual([200, expect.stringContaining('.tif')])
      await rm(folder, { recursive: true })
    })
  })
}
