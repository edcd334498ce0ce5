import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { UpstreamError } from '../src/errors.ts'
import { temporaryFolder } from './net/temporary-folder.ts'
import { answer, mosaicUrl, testingApp } from './routes/testing-app.ts'

const url = `url=${encodeURIComponent(mosaicUrl)}`
const tilePath = `/mosaic/6/34/22.png?${url}`

/** A story that waits until it is told to go on, and notes who was told to stop. */
function slowTile() {
  const gate = Promise.withResolvers<void>()
  const seen = { started: 0, aborted: 0 }
  const tile = async (_request: unknown, signal: AbortSignal) => {
    seen.started++
    signal.addEventListener('abort', () => seen.aborted++)
    await Promise.race([gate.promise, once(signal, 'abort')])
    signal.throwIfAborted()
    return answer()
  }
  return { tile, seen, open: () => gate.resolve() }
}

describe('errors', () => {
  test('what is not there is 404 in the shape of all errors', async () => {
    const { app } = await testingApp()
    const reply = await app.inject('/no/such/path?token=1')
    expect([reply.statusCode, reply.json()]).toEqual([404, { detail: 'there is no GET /no/such/path', code: 'NOT_FOUND' }])
    expect(reply.headers['cache-control']).toBe('no-store')
  })

  test('a path that is nearly right is 404 with the right one', async () => {
    const { app } = await testingApp()
    expect((await app.inject('/mosaic/tilejson')).json()).toMatchObject({
      detail: 'there is no GET /mosaic/tilejson; did you mean /mosaic/tilejson.json?',
    })
  })

  test('a method that a path does not have is 405, and Allow says which it has', async () => {
    const { app } = await testingApp()
    const reply = await app.inject({ method: 'DELETE', url: `/mosaic/info.geojson?${url}` })
    expect([reply.statusCode, reply.headers.allow, reply.headers['cache-control']]).toEqual([
      405,
      'GET, HEAD, OPTIONS',
      'no-store',
    ])
    expect(reply.json()).toEqual({
      detail: 'DELETE is not a method of /mosaic/info.geojson; it has GET, HEAD, OPTIONS',
      code: 'METHOD_NOT_ALLOWED',
    })
    expect((await app.inject({ method: 'OPTIONS', url: '/mosaic/validate' })).headers.allow).toBe('OPTIONS, POST')
    expect((await app.inject({ method: 'OPTIONS', url: '/nowhere' })).statusCode).toBe(404)
    expect((await app.inject({ method: 'OPTIONS', url: '/mosaic/' })).headers.allow).toMatch(/GET, HEAD, OPTIONS/)
  })

  test.each([
    ['text/plain', 'x', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/json', '{', 422, 'INVALID_PARAMETER'],
  ])('a body of %s that cannot be read is said to be so', async (type, payload, status, code) => {
    const { app } = await testingApp()
    const reply = await app.inject({
      method: 'POST',
      url: `/mosaic/feature?${url}`,
      headers: { 'content-type': type },
      payload,
    })
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([status, code])
  })

  test.each([
    ['GET / HTTP/1.1\r\nhost: a\r\nx: ' + 'a'.repeat(20_000) + '\r\n\r\n', 431, 'HEADERS_TOO_LARGE'],
    ['NONSENSE\r\n\r\n', 400, 'BAD_REQUEST'],
  ])('bytes that are no request are answered in the shape of all errors (%#)', async (bytes, status, code) => {
    const { app } = await testingApp()
    await app.listen({ host: '127.0.0.1', port: 0 })
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    socket.end(bytes)
    const [head, body] = (await text(socket)).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(JSON.parse(body)).toEqual({ detail: expect.any(String) as string, code })
  })

  test('an unknown error is 500 and says nothing; the log says all', async () => {
    const { app, lines } = await testingApp({
      tile: async () => {
        throw new TypeError('cannot read /etc/secret')
      },
    })
    const reply = await app.inject(tilePath)
    expect([reply.statusCode, reply.json(), reply.headers['cache-control']]).toEqual([
      500,
      { detail: 'internal error', code: 'INTERNAL' },
      'no-store',
    ])
    expect(lines.find((line) => line.msg === 'request failed')).toMatchObject({
      err: { type: 'TypeError', message: 'cannot read /etc/secret', stack: expect.stringContaining('app.test.ts') as string },
    })
  })

  test('an upstream’s failure is 502 without its name', async () => {
    const { app } = await testingApp({
      tile: async () => {
        throw new UpstreamError('https://bucket.example/key?sig=1: 500')
      },
    })
    const reply = await app.inject(tilePath)
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([502, 'UPSTREAM_FAILED'])
    expect(reply.body).not.toContain('bucket')
  })

  test('an address that is not one is 400, a path that is too long 414, both as JSON', async () => {
    const { app } = await testingApp()
    const bad = await app.inject('/mosaic/%E0%A4%A/1/1')
    expect([bad.statusCode, typeof bad.json<{ detail: string }>().detail]).toEqual([400, 'string'])
    const long = await app.inject(`/mosaic/${'1'.repeat(1000)}/1/1?${url}`)
    expect([long.statusCode >= 400 && long.statusCode < 500, typeof long.json<{ detail: string }>().detail]).toEqual([
      true,
      'string',
    ])
  })

  test('longer than --timeout is 504, and the work is stopped', async () => {
    const slow = slowTile()
    const { app, lines } = await testingApp({ tile: slow.tile, argv: ['--timeout', '1'] })
    const reply = await app.inject(tilePath)
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([504, 'TIMEOUT'])
    expect(slow.seen).toEqual({ started: 1, aborted: 1 })
    expect(lines.map(({ msg, status }) => [msg, status])).toEqual(
      expect.arrayContaining([
        ['request failed', undefined],
        ['request', 504],
      ]),
    )
  })
})

describe('tiles in flight', () => {
  test('identical requests share one computation', async () => {
    const slow = slowTile()
    const { app } = await testingApp({ tile: slow.tile })
    const replies = [
      app.inject(tilePath),
      app.inject(tilePath),
      app.inject(`/mosaicjson/tiles/WebMercatorQuad/6/34/22.png?${url}`),
    ]
    await vi.waitFor(() => expect(slow.seen.started).toBe(1))
    await sleep(100)
    slow.open()
    expect((await Promise.all(replies)).map((reply) => reply.statusCode)).toEqual([200, 200, 200])
    expect(slow.seen.started).toBe(1)
  })

  test('above the queue the answer is 503 with Retry-After', async () => {
    const slow = slowTile()
    const { app } = await testingApp({ tile: slow.tile, argv: ['--queue', '2', '--workers', '1'] })
    // Eight run, two wait, and the last is too much.
    const replies = Array.from({ length: 11 }, (_, x) => app.inject(`/mosaic/6/${x}/22?${url}`))
    const first = await Promise.race(replies)
    expect([first.statusCode, first.headers['retry-after'], first.headers['cache-control']]).toEqual([503, '1', 'no-store'])
    slow.open()
    const statuses = (await Promise.all(replies)).map((reply) => reply.statusCode)
    expect(statuses.toSorted()).toEqual([...Array<number>(10).fill(200), 503])
  })

  test('work is cancelled when its last client has gone, not before', async () => {
    const slow = slowTile()
    const { app, lines } = await testingApp({ tile: slow.tile })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const clients = [0, 1].map(() => {
      const client = request({ port, host: '127.0.0.1', path: tilePath })
      client.on('error', () => {})
      client.end()
      return client
    })
    await vi.waitFor(() => expect(slow.seen.started).toBe(1))
    await sleep(100)
    clients[0].destroy()
    await sleep(200)
    expect(slow.seen).toEqual({ started: 1, aborted: 0 })
    clients[1].destroy()
    await vi.waitFor(() => expect(slow.seen).toEqual({ started: 1, aborted: 1 }))
    await vi.waitFor(() => expect(lines.filter((line) => line.status === 499)).toHaveLength(2))
    expect(lines.some((line) => line.msg === 'request failed')).toBe(false)
  })
})

describe('other origins and methods', () => {
  test('pages of any origin may read the answers and their headers', async () => {
    const { app } = await testingApp()
    const { headers } = await app.inject({ url: tilePath, headers: { origin: 'https://maps.example' } })
    expect(headers['access-control-allow-origin']).toBe('*')
    for (const name of ['Content-Bbox', 'Content-Crs', 'X-Assets', 'X-Assets-Skipped', 'Server-Timing', 'ETag']) {
      expect(headers['access-control-expose-headers']).toContain(name)
    }
  })

  test('or only of those that the operator lists', async () => {
    const { app } = await testingApp({ argv: ['--cors-origin', 'https://a.example', '--cors-origin', 'https://b.example'] })
    const allowed = async (origin: string) =>
      (await app.inject({ url: tilePath, headers: { origin } })).headers['access-control-allow-origin']
    expect([await allowed('https://b.example'), await allowed('https://c.example')]).toEqual(['https://b.example', undefined])
  })

  test('OPTIONS is answered, as a preflight and plain; HEAD is GET without the body', async () => {
    const { app } = await testingApp()
    const preflight = { origin: 'https://maps.example', 'access-control-request-method': 'GET' }
    expect((await app.inject({ method: 'OPTIONS', url: tilePath, headers: preflight })).statusCode).toBe(204)
    expect((await app.inject({ method: 'OPTIONS', url: tilePath })).statusCode).toBeLessThan(300)
    const head = await app.inject({ method: 'HEAD', url: tilePath })
    expect([head.statusCode, head.body, head.headers.etag, head.headers['content-length']]).toEqual([200, '', '"tag"', '3'])
  })
})

describe('what caches are told', () => {
  test.each([
    ['/mosaic/info', 'public, max-age=5'],
    ['/mosaic/tilejson.json', 'public, max-age=5'],
    ['/tileMatrixSets', 'public, max-age=5'],
    ['/mosaic/6/34/22.png', 'public, max-age=100, s-maxage=1000, stale-while-revalidate=50'],
    ['/healthz', 'no-store'],
    ['/nowhere', 'no-store'],
  ])('of %s: %s', async (path, rule) => {
    const ages = ['--info-max-age', '5', '--max-age', '100', '--shared-max-age', '1000', '--stale-while-revalidate', '50']
    const { app } = await testingApp({ argv: ages })
    expect((await app.inject(`${path}?${url}`)).headers['cache-control']).toBe(rule)
  })

  test('behind a proxy text depends on what the proxy says', async () => {
    const { app } = await testingApp({ argv: ['--trust-proxy', 'loopback'] })
    expect((await app.inject(`/mosaic/tilejson.json?${url}`)).headers.vary).toMatch(/X-Forwarded-Host/)
    expect((await app.inject(tilePath)).headers.vary ?? '').not.toMatch(/Forwarded/)
  })
})

const get = async (path: string, headers: Record<string, string>) => {
  const { app } = await testingApp()
  return app.inject({ url: path, headers })
}

describe('packing', () => {
  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
  ])('text is packed with %s where the client takes it', async (coding, unpack) => {
    const plain = await get('/tileMatrixSets/WebMercatorQuad', {})
    const packed = await get('/tileMatrixSets/WebMercatorQuad', { 'accept-encoding': coding })
    expect([packed.headers['content-encoding'], packed.headers.vary]).toEqual([coding, 'Accept, Accept-Encoding'])
    expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([undefined, 'Accept, Accept-Encoding'])
    expect(unpack(packed.rawPayload).toString()).toBe(plain.body)
    expect(packed.rawPayload.length).toBe(Number(packed.headers['content-length']))
    expect(packed.rawPayload.length).toBeLessThan(plain.body.length / 2)
  })

  test('each coding has an ETag of its own, which conditions know and 304 repeats', async () => {
    const folder = temporaryFolder()
    const document = JSON.parse(await readFile(mosaicUrl, 'utf8')) as object
    await writeFile(`${folder}/large.json`, JSON.stringify({ ...document, description: 'long '.repeat(1000) }))
    const { app } = await testingApp({ argv: ['--allow', folder] })
    const ask = (headers: Record<string, string>) => app.inject({ url: `/mosaic/?url=${folder}/large.json`, headers })
    const plain = await ask({})
    const packed = await ask({ 'accept-encoding': 'gzip' })
    const [tag, packedTag] = [String(plain.headers.etag), String(packed.headers.etag)]
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(packedTag).toBe(tag.replace(/"$/, '-gzip"'))
    for (const given of [tag, packedTag]) {
      const same = await ask({ 'if-none-match': given, 'accept-encoding': 'gzip' })
      expect([same.statusCode, same.headers.etag]).toEqual([304, given])
    }
  })

  test('files are packed while they are read; pictures and small answers are not', async () => {
    const file = await get('/assets/map.js', { 'accept-encoding': 'br' })
    expect(brotliDecompressSync(file.rawPayload).toString()).toBe((await get('/assets/map.js', {})).body)
    for (const path of [tilePath, '/healthz'])
      expect((await get(path, { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined()
  })
})

test('one line a request: what was asked, what it cost, no secret', async () => {
  const { app, lines } = await testingApp()
  await app.inject(`/mosaic/6/34/22@2x.png?url=${encodeURIComponent('https://u:pass@h/m.json?sig=s3cret')}`)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({
    msg: 'request',
    method: 'GET',
    route: '/mosaic/:z/:x/:y@:scalex.:format',
    path: '/mosaic/6/34/22@2x.png',
    source: 'https://h/m.json?…',
    status: 200,
    assets: 2,
    reads: 2,
    bytesRead: 1000,
    cacheHits: 1,
  })
  expect(lines[0].id).toMatch(/^[0-9a-f-]{36}$/)
  expect(lines[0].ms).toBeGreaterThanOrEqual(0)
  expect(JSON.stringify(lines)).not.toMatch(/s3cret|pass/)
})

describe('service', () => {
  test('health, and readiness that ends when the server is being stopped', async () => {
    const { app, state } = await testingApp()
    expect((await app.inject('/healthz')).json()).toMatchObject({ status: 'ok' })
    expect((await app.inject('/readyz')).statusCode).toBe(200)
    state.ready = false
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    expect((await app.inject('/healthz')).statusCode).toBe(200)
  })

  test.each(['/', '/mosaic/map', `/mosaic/WebMercatorQuad/map.html?${url}`, '/api.html'])(
    'the page %s loads only what this server has',
    async (path) => {
      const { app } = await testingApp()
      const page = await app.inject({ url: path, headers: { accept: 'text/html' } })
      expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/)
      expect(page.body).not.toMatch(/<script>|https?:\/\/|\{\{/)
      const links = [...page.body.matchAll(/(?:src|href)="([^"]*)"/g)].map(
        ([, link]) => new URL(link, `http://host${path}`).pathname,
      )
      expect(links.length).toBeGreaterThan(1)
      for (const link of links) expect([link, (await app.inject({ url: link })).statusCode]).toEqual([link, 200])
    },
  )

  test('the map library is served from its package, as modules, and nothing else of the folder', async () => {
    const { app } = await testingApp()
    for (const file of ['maplibre-gl.mjs', 'maplibre-gl-worker.mjs']) {
      const reply = await app.inject(`/assets/maplibre-gl/${file}`)
      expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'application/javascript; charset=utf-8'])
    }
    expect((await app.inject('/assets/maplibre-gl/maplibre-gl.mjs.map')).statusCode).toBe(404)
    expect((await app.inject('/assets/maplibre-gl/%2e%2e/package.json')).statusCode).toBe(404)
    expect((await app.inject('/assets/map.html')).statusCode).toBe(404)
  })

  test('programs get links', async () => {
    const { app } = await testingApp()
    const { links } = (await app.inject({ url: '/', headers: { host: 'maps.example' } })).json<{ links: { href: string }[] }>()
    expect(links.map(({ href }) => href)).toContain('http://maps.example/api')
  })
})
