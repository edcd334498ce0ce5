import { readFileSync, existsSync, writeFileSync, symlinkSync, mkdirSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { made } from '../mosaic/made-mosaic.ts'
import { serve } from '../net/local-server.ts'
import { temporaryFolder } from '../net/temporary-folder.ts'
import { localIssuer } from '../authority/issuer.ts'
import { realApp } from './real-app.ts'
import { testingApp } from './testing-app.ts'

const KEY = 'a-key-of-twenty-chars'
const AUTH = { authorization: `Bearer ${KEY}` }
const ring = (west: number, south: number) => [
  [west, south],
  [west + 0.5, south],
  [west + 0.5, south + 0.5],
  [west, south + 0.5],
  [west, south],
]
const feature = (path: string, west = 1, south = 1) => ({
  type: 'Feature',
  geometry: { type: 'Polygon', coordinates: [ring(west, south)] },
  properties: { path },
})

const pathOf = (url: string, query: Record<string, string> = {}) => `/mosaic/?${new URLSearchParams({ url, ...query })}`
const mosaicIn = (folder: string) => `${folder}/a.json`
const preflight = (method: string) => ({
  method: 'OPTIONS' as const,
  url: '/mosaic/?url=a.json',
  headers: {
    origin: 'https://map.example',
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type,if-match',
  },
})

async function writingApp(argv: readonly string[] = []) {
  const folder = temporaryFolder()
  const { app, lines } = await testingApp({ argv: ['--allow', folder, '--write-key', KEY, ...argv] })
  const call = (
    method: 'GET' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    { body, headers = {}, query }: { body?: unknown; headers?: Record<string, string>; query?: Record<string, string> } = {},
  ) =>
    app.inject({
      method,
      url: pathOf(url, query),
      headers: { ...AUTH, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      payload: body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    })
  return { app, lines, folder, call, audits: () => lines.filter(({ audit }) => audit === true) }
}

const documentIn = async (call: Awaited<ReturnType<typeof writingApp>>['call'], folder: string) =>
  (await call('GET', mosaicIn(folder))).json() as ReturnType<typeof made>

describe('who may write', () => {
  test('writing is off without a key: 403 that names the flags, and nothing is written', async () => {
    const folder = temporaryFolder()
    const { app } = await testingApp({ argv: ['--allow', folder] })
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
      const reply = await app.inject({ method, url: `/mosaic/?url=${folder}/a.json`, headers: AUTH, payload: '{}' })
      expect([reply.statusCode, reply.json().code]).toEqual([403, 'WRITING_OFF'])
    }
    expect(readdirSync(folder)).toEqual([])
  })

  test('no key is a 401 with a challenge, a wrong one too; the log says who was refused, and no key', async () => {
    const { app, folder, call, lines, audits } = await writingApp()
    const url = `${folder}/a.json`
    const none = await app.inject({ method: 'PUT', url: `/mosaic/?url=${url}`, payload: 'x'.repeat(100) })
    expect([none.statusCode, none.headers['www-authenticate']]).toEqual([401, 'Bearer realm="smalti"'])
    const wrong = await call('PUT', url, { body: made(), headers: { authorization: `Bearer ${KEY}-not` } })
    expect([wrong.statusCode, wrong.headers['cache-control']]).toEqual([401, 'no-store'])
    await expect.poll(audits).toMatchObject([
      { who: 'nobody', method: 'PUT', status: 401, result: 'refused' },
      { who: 'nobody', method: 'PUT', status: 401, result: 'refused' },
    ])
    expect((await call('PUT', url, { body: made() })).statusCode).toBe(201)
    await expect
      .poll(() => audits()[2])
      .toMatchObject({
        who: expect.stringMatching(/^key:[0-9a-f]{8}$/),
        status: 201,
        result: 'done',
        source: url,
      })
    expect(JSON.stringify(lines)).not.toContain(KEY)
  })

  test('a token of the issuer may write, one without the scope may not; neither is in the log', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one')
    const { folder, call, lines, audits } = await writingApp(['--jwt-issuer', issuer.url])
    const [good, bad] = [await issuer.token(), await issuer.token({ scope: 'openid' })]
    const put = (token: string) =>
      call('PUT', `${folder}/a.json`, { body: made(), headers: { authorization: `Bearer ${token}` } })
    expect((await put(bad)).statusCode).toBe(403)
    expect((await put(good)).statusCode).toBe(201)
    await expect.poll(() => audits().map(({ who }) => who)).toEqual(['nobody', `jwt:ada@${issuer.url}`])
    for (const token of [good, bad]) expect(JSON.stringify(lines)).not.toContain(token.split('.')[2])
  })
})

describe('PUT', () => {
  test('creates with 201, replaces with 200, and what is read next is what was written', async () => {
    const { folder, call } = await writingApp()
    const url = `${folder}/a.json`
    const created = await call('PUT', url, { body: made({ name: 'one' }) })
    expect([created.statusCode, created.json().name]).toEqual([201, 'one'])
    expect(new URL(String(created.headers.location)).searchParams.get('url')).toBe(url)
    const read = await call('GET', url)
    expect(read.headers.etag).toBe(created.headers.etag)
    expect(read.json()).toEqual(made({ name: 'one' }))
    const replaced = await call('PUT', url, { body: made({ name: 'two', 'other:member': [1, { a: null }] }) })
    expect([replaced.statusCode, replaced.json().name]).toEqual([200, 'two'])
    expect(replaced.headers.etag).not.toBe(created.headers.etag)
    expect((await call('GET', url)).json()).toEqual(made({ name: 'two', 'other:member': [1, { a: null }] }))
  })

  test('gzip is read as such; a name with .gz is written packed', async () => {
    const { folder, call } = await writingApp()
    const body = gzipSync(JSON.stringify(made()))
    const reply = await call('PUT', `${folder}/a.json.gz`, { body, headers: { 'content-type': 'application/gzip' } })
    expect(reply.statusCode).toBe(201)
    expect(readFileSync(`${folder}/a.json.gz`).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
    expect((await call('GET', `${folder}/a.json.gz`)).json()).toEqual(made())
  })

  test('a file keeps the document byte for byte', async () => {
    const { folder, call } = await writingApp()
    const body = Buffer.from(
      `${JSON.stringify(made({ 'x:number': 1 }), undefined, 1)}\n`.replace('"x:number": 1', '"x:number": 1.0'),
    )
    expect((await call('PUT', `${folder}/a.json`, { body: gzipSync(body) })).statusCode).toBe(201)
    expect(readFileSync(`${folder}/a.json`)).toEqual(body)
  })

  test('the same mosaic under another spelling of its address is new at once, too', async () => {
    const { folder, call } = await writingApp()
    await call('PUT', `${folder}/a.json`, { body: made({ name: 'one' }) })
    const other = `file://${folder}/x/../a.json`
    expect((await call('GET', other)).json().name).toBe('one')
    await call('PUT', `${folder}/a.json`, { body: made({ name: 'two' }) })
    expect((await call('GET', other)).json().name).toBe('two')
  })

  test.each([
    ['no JSON', 'nonsense', 422, /document/],
    ['a member that is wrong', JSON.stringify(made({ minzoom: 'x' })), 422, /minzoom must be a whole number/],
    ['a quadkey that is wrong', JSON.stringify(made({ tiles: { '01x': ['a.tif'] } })), 422, /01x/],
    ['brackets without end', `{"x":${'['.repeat(1000)}`, 422, /levels of brackets/],
    ['nothing', '', 422, /./],
  ])('%s is refused with its reason, and nothing is written', async (_, body, status, detail) => {
    const { folder, call } = await writingApp()
    const reply = await call('PUT', `${folder}/a.json`, { body: Buffer.from(body) })
    expect(reply.statusCode).toBe(status)
    expect(reply.json().detail).toMatch(detail)
    expect(readdirSync(folder)).toEqual([])
  })

  test('a body above the limit, and a bomb, are a 413', async () => {
    const { folder, call } = await writingApp(['--max-mosaic-bytes', '2kB', '--max-mosaic-unpacked', '100kB'])
    const large = made({ name: 'x'.repeat(3000) })
    expect((await call('PUT', `${folder}/a.json`, { body: large })).statusCode).toBe(413)
    const bomb = gzipSync(JSON.stringify(made({ name: 'x'.repeat(200_000) })))
    expect((await call('PUT', `${folder}/a.json`, { body: bomb })).statusCode).toBe(413)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('conditions', () => {
  test('If-Match wants the ETag of GET; another is a 412 that changes nothing', async () => {
    const { folder, call } = await writingApp()
    const url = `${folder}/a.json`
    const first = String((await call('PUT', url, { body: made({ name: 'one' }) })).headers.etag)
    const second = await call('PUT', url, { body: made({ name: 'two' }), headers: { 'if-match': `"x", ${first}` } })
    expect(second.statusCode).toBe(200)
    const late = await call('PUT', url, { body: made({ name: 'three' }), headers: { 'if-match': first } })
    expect([late.statusCode, late.json().code]).toEqual([412, 'PRECONDITION_FAILED'])
    expect((await call('DELETE', url, { headers: { 'if-match': first } })).statusCode).toBe(412)
    expect((await call('PATCH', url, { body: [feature('b.tif')], headers: { 'if-match': first } })).statusCode).toBe(412)
    expect((await call('GET', url)).json().name).toBe('two')
    // Weak tags never match here (RFC 9110, 13.1.1).
    const weak = await call('PUT', url, { body: made(), headers: { 'if-match': `W/${String(second.headers.etag)}` } })
    expect(weak.statusCode).toBe(412)
  })

  test('If-None-Match: * only creates; If-Match: * only replaces; what is no ETag is a 400', async () => {
    const { folder, call } = await writingApp()
    const url = `${folder}/a.json`
    expect((await call('PUT', url, { body: made(), headers: { 'if-match': '*' } })).statusCode).toBe(412)
    expect((await call('PUT', url, { body: made(), headers: { 'if-none-match': '*' } })).statusCode).toBe(201)
    expect((await call('PUT', url, { body: made(), headers: { 'if-none-match': '*' } })).statusCode).toBe(412)
    expect((await call('PUT', url, { body: made(), headers: { 'if-match': '*' } })).statusCode).toBe(200)
    expect((await call('PUT', url, { body: made(), headers: { 'if-match': 'abc' } })).statusCode).toBe(400)
  })

  test('of two writers with the same ETag one wins and one is told', async () => {
    const { folder, call } = await writingApp()
    const url = `${folder}/a.json`
    const etag = String((await call('PUT', url, { body: made() })).headers.etag)
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) => call('PUT', url, { body: made({ name: `n${i}` }), headers: { 'if-match': etag } })),
    )
    expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 412)])
    const winner = replies.find(({ statusCode }) => statusCode === 200)
    expect((await call('GET', url)).json().name).toBe(winner?.json().name)
  })

  test('the ETag of a packed document names the same revision', async () => {
    const { folder, call } = await writingApp()
    const mosaic = made({ description: 'words '.repeat(1000) })
    const plain = String((await call('PUT', `${folder}/a.json`, { body: mosaic })).headers.etag)
    const packed = await call('GET', `${folder}/a.json`, { headers: { 'accept-encoding': 'gzip' } })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(packed.headers.etag).not.toBe(plain)
    const headers = { 'if-match': String(packed.headers.etag) }
    expect((await call('PUT', `${folder}/a.json`, { body: made(), headers })).statusCode).toBe(200)
    expect((await call('PUT', `${folder}/a.json`, { body: made(), headers })).statusCode).toBe(412)
  })

  test('GET answers 304 to its own ETag', async () => {
    const { folder, call } = await writingApp()
    const url = `${folder}/a.json`
    const etag = String((await call('PUT', url, { body: made() })).headers.etag)
    expect((await call('GET', url, { headers: { 'if-none-match': etag } })).statusCode).toBe(304)
  })
})

describe('PATCH', () => {
  test('adds features first, or last where it is said so, and keeps what it does not know', async () => {
    const { folder, call } = await writingApp()
    await call('PUT', mosaicIn(folder), { body: made({ 'other:member': 1, bounds: [1, 1, 2, 2], tiles: { 122: ['a.tif'] } }) })
    const collection = { type: 'FeatureCollection', features: [feature('b.tif')] }
    const reply = await call('PATCH', mosaicIn(folder), { body: collection })
    expect([reply.statusCode, reply.json().version]).toEqual([200, '1.0.1'])
    await call('PATCH', mosaicIn(folder), { body: [feature('c.tif')], query: { add_first: 'false' } })
    await call('PATCH', mosaicIn(folder), { body: { features: [feature('d.tif')], addFirst: false } })
    const document = await documentIn(call, folder)
    expect(document.tiles['122']).toEqual(['b.tif', 'a.tif', 'c.tif', 'd.tif'])
    expect(document['other:member']).toBe(1)
    expect(reply.headers.etag).toMatch(/^"/)
  })

  test('twenty writers at a time lose nothing', async () => {
    const { folder, call } = await writingApp()
    await call('PUT', mosaicIn(folder), { body: made({ tiles: { 122: [] } }) })
    const names = Array.from({ length: 20 }, (_, i) => `${i}.tif`)
    const replies = await Promise.all(names.map((name) => call('PATCH', mosaicIn(folder), { body: [feature(name)] })))
    expect(new Set(replies.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    const document = await documentIn(call, folder)
    expect([...document.tiles['122']].toSorted()).toEqual(names.toSorted())
    expect(document.version).toBe('1.0.20')
  })

  test.each([
    ['no JSON', '{', 400, /not JSON/],
    ['brackets', '['.repeat(100), 400, /levels of brackets/],
    ['no features', '{"type":"Point"}', 422, /FeatureCollection/],
    ['no path', JSON.stringify([{ ...feature('x'), properties: {} }]), 422, /features\[0\]\.properties\.path/],
    [
      'a point',
      JSON.stringify([feature('x'), { ...feature('x'), geometry: { type: 'Point', coordinates: [1, 1] } }]),
      422,
      /features\[1\]\.geometry/,
    ],
    [
      'a polygon without coordinates',
      JSON.stringify([{ ...feature('x'), geometry: { type: 'Polygon' } }]),
      422,
      /features\[0\]\.geometry/,
    ],
    ['a place beyond the globe', JSON.stringify([feature('x', 1e6)]), 422, /features\[0\]\.geometry/],
    ['an addFirst that is no boolean', JSON.stringify({ features: [], addFirst: 'yes' }), 422, /addFirst/],
  ])('%s is refused with its reason', async (_, body, status, detail) => {
    const { folder, call } = await writingApp()
    await call('PUT', mosaicIn(folder), { body: made() })
    const reply = await call('PATCH', mosaicIn(folder), { body: Buffer.from(body) })
    expect(reply.statusCode).toBe(status)
    expect(JSON.stringify(reply.json().detail)).toMatch(detail)
    expect(await documentIn(call, folder)).toEqual(made())
  })

  test('the property with the address can be another; more tiles than one request may touch are a 413', async () => {
    const { folder, call } = await writingApp()
    await call('PUT', mosaicIn(folder), { body: made({ quadkey_zoom: 20, maxzoom: 22, tiles: {} }) })
    const named = { ...feature('x'), properties: { href: 'b.tif' } }
    const reply = await call('PATCH', mosaicIn(folder), { body: [named], query: { property: 'href' } })
    expect([reply.statusCode, reply.json().code]).toEqual([413, 'TOO_LARGE'])
  })

  test('what is not there is a 404', async () => {
    const { folder, call } = await writingApp()
    expect((await call('PATCH', mosaicIn(folder), { body: [feature('b.tif')] })).statusCode).toBe(404)
  })
})

describe('DELETE', () => {
  test('deletes, and then it is not there any more', async () => {
    const { folder, call, audits } = await writingApp()
    const url = `${folder}/a.json`
    const etag = String((await call('PUT', url, { body: made() })).headers.etag)
    const gone = await call('DELETE', url, { headers: { 'if-match': etag } })
    expect([gone.statusCode, gone.body]).toEqual([204, ''])
    expect(existsSync(url)).toBe(false)
    expect((await call('GET', url)).statusCode).toBe(404)
    expect((await call('DELETE', url)).statusCode).toBe(404)
    await expect
      .poll(() => audits().map(({ method, before, after, status }) => [method, before, after, status]))
      .toEqual([
        ['PUT', undefined, etag, 201],
        ['DELETE', etag, undefined, 204],
        ['DELETE', undefined, undefined, 404],
      ])
  })
})

describe('where', () => {
  test('only inside --allow, and inside --allow-write where that is given', async () => {
    const root = temporaryFolder()
    for (const name of ['open', 'closed']) mkdirSync(`${root}/${name}`)
    symlinkSync(`${root}/closed`, `${root}/open/link`)
    const { call, folder } = await writingApp(['--allow', root, '--allow-write', `${root}/open`])
    expect((await call('PUT', `${root}/open/a.json`, { body: made() })).statusCode).toBe(201)
    for (const path of [
      `${root}/closed/a.json`,
      `${root}/open/../closed/a.json`,
      `${root}/open/link/a.json`,
      `${folder}/a.json`,
      '/tmp/x.json',
    ]) {
      const reply = await call('PUT', path, { body: made() })
      expect([reply.statusCode, reply.json().code], path).toEqual([403, 'NOT_ALLOWED'])
    }
    expect(readdirSync(`${root}/closed`)).toEqual([])
    const elsewhere = [
      's3://bucket/a.json',
      'gs://bucket/a.json',
      'az://container/a.json',
      'dynamodb:///table',
      `sqlite:///${folder}/a.db:m`,
    ]
    for (const url of elsewhere) {
      for (const method of ['PUT', 'DELETE'] as const) {
        const reply = await call(method, url, { body: method === 'PUT' ? made() : undefined })
        expect([reply.statusCode, reply.json().code], `${method} ${url}`).toEqual([403, 'NOT_ALLOWED'])
      }
    }
  })

  test('a picture, a document that is no mosaic, and a name that is none are left alone', async () => {
    const { folder, call } = await writingApp()
    writeFileSync(`${folder}/a.tif`, 'II*')
    writeFileSync(`${folder}/package.json`, '{"name":"x"}')
    expect((await call('PUT', `${folder}/a.tif`, { body: made() })).statusCode).toBe(422)
    expect((await call('PUT', `${folder}/package.json`, { body: made() })).statusCode).toBe(422)
    expect((await call('DELETE', `${folder}/package.json`)).statusCode).toBe(422)
    expect([readFileSync(`${folder}/a.tif`, 'utf8'), readFileSync(`${folder}/package.json`, 'utf8')]).toEqual([
      'II*',
      '{"name":"x"}',
    ])
  })

  test('what is only read is a 405 with Allow; :memory: has no place', async () => {
    const { call } = await writingApp(['--allow', 'https://example.com/'])
    for (const url of ['https://example.com/a.json', 'stac+https://example.com/search']) {
      const query = { stac_minzoom: '1', stac_maxzoom: '2' }
      for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
        const reply = await call(method, url, { body: method === 'PATCH' ? [] : made(), query })
        expect([reply.statusCode, reply.json().code], `${method} ${url}`).toEqual([405, 'NOT_WRITABLE'])
        expect(reply.headers.allow).toContain('GET')
      }
    }
    expect((await call('PUT', ':memory:', { body: made() })).statusCode).toBe(422)
  })

  test('SQLite: created, updated, replaced, deleted; writers with one ETag do not undo each other', async () => {
    const { folder, call } = await writingApp()
    const url = `sqlite:///${folder}/m.db:fields`
    const created = await call('PUT', url, { body: made({ tiles: { 122: ['a.tif'] } }) })
    expect(created.statusCode).toBe(201)
    const etag = String(created.headers.etag)
    expect((await call('GET', url)).headers.etag).toBe(etag)
    const replies = await Promise.all(
      ['b.tif', 'c.tif', 'd.tif'].map((name) => call('PATCH', url, { body: [feature(name)], headers: { 'if-match': etag } })),
    )
    expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 412, 412])
    await Promise.all(['e.tif', 'f.tif'].map((name) => call('PATCH', url, { body: [feature(name)] })))
    const { tiles } = (await call('GET', url)).json()
    expect(tiles['122']).toHaveLength(4)
    expect((await call('PUT', url, { body: made() })).statusCode).toBe(200)
    expect((await call('DELETE', url)).statusCode).toBe(204)
    expect((await call('GET', url)).statusCode).toBe(404)
  })
})

describe('under a name', () => {
  test('a registered mosaic is written where the operator lets it be, and no answer says where that is', async () => {
    const folder = temporaryFolder()
    for (const name of ['places', 'outside']) mkdirSync(`${folder}/${name}`)
    const registered = { open: { url: `${folder}/places/a.json` }, closed: { url: `${folder}/outside/b.json` } }
    writeFileSync(`${folder}/mosaics.json`, JSON.stringify(registered))
    for (const { url } of Object.values(registered)) writeFileSync(url, JSON.stringify(made({ tiles: { 122: ['a.tif'] } })))
    const real = await realApp(['--write-key', KEY, '--mosaics', `${folder}/mosaics.json`, '--allow', `${folder}/places`])
    try {
      const send = (method: 'GET' | 'PUT' | 'PATCH' | 'DELETE', name: string, body?: unknown) =>
        real.app.inject({
          method,
          url: pathOf(`mosaic:${name}`),
          headers: AUTH,
          payload: body === undefined ? undefined : JSON.stringify(body),
        })
      const replies = [
        await send('PATCH', 'open', [feature('b.tif')]),
        await send('PUT', 'closed', made()),
        await send('PUT', 'opne', made()),
        await send('PATCH', 'open', [{}]),
        await send('DELETE', 'open'),
        await send('PUT', 'open', made({ name: 'again' })),
      ]
      expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 403, 404, 422, 204, 201])
      for (const { body, headers } of replies) expect(body + JSON.stringify(headers)).not.toMatch(/places|outside|smalti-net/)
      expect(JSON.parse(readFileSync(`${folder}/places/a.json`, 'utf8')).name).toBe('again')
      expect((await real.app.inject({ url: '/mosaic/info?url=mosaic:open' })).json().name).toBe('again')
    } finally {
      await real.close()
    }
  })
})

describe('Cache-Control: no-cache', () => {
  test('by a writer the mosaic is looked at where it lies; by others it is not', async () => {
    let name = 'one'
    const upstream = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', etag: `"${name}"` }).end(JSON.stringify(made({ name })))
    })
    const { app } = await testingApp({ argv: ['--allow', `${upstream.origin}/`, '--write-key', KEY] })
    const nameNow = async (headers: Record<string, string> = {}) =>
      (await app.inject({ url: `/mosaic/info?url=${upstream.origin}/a.json`, headers })).json().name as string
    expect(await nameNow()).toBe('one')
    name = 'two'
    const reload = { 'cache-control': 'max-age=0, no-cache' }
    expect(await nameNow(reload)).toBe('one')
    expect(await nameNow({ ...reload, authorization: 'Bearer another-key-of-twenty' })).toBe('one')
    expect(upstream.requests).toHaveLength(1)
    expect(await nameNow({ ...reload, ...AUTH })).toBe('two')
    expect(await nameNow()).toBe('two')
  })
})

describe('from a page of another origin', () => {
  test('the methods that write are offered only where somebody may write', async () => {
    const { app } = await writingApp()
    const on = await app.inject(preflight('PUT'))
    expect(on.headers['access-control-allow-methods']).toBe('GET, HEAD, POST, OPTIONS, PUT, PATCH, DELETE')
    expect(on.headers['access-control-allow-headers']).toContain('authorization')
    const { app: other } = await testingApp()
    expect((await other.inject(preflight('PUT'))).headers['access-control-allow-methods']).toBe('GET, HEAD, POST, OPTIONS')
  })
})
