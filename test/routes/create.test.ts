import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../routes/context.ts'
import { serve, serveRange } from '../net/local-server.ts'
import { stacServer } from '../stores/stac-server.ts'
import { fixtures, realApp } from './real-app.ts'

const KEY = 'a-key-of-twenty-chars'
const OTHER = 'another-key-of-20-chars'
const AUTH = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
const pieces = ['west.tif', 'east.tif'].map((name) => `${fixtures}mosaics/pieces/${name}`)
const secret = '?sig=very-secret'

interface State {
  readonly id: string
  readonly status: string
  readonly progress: { stage: string; done: number; total?: number }
  readonly failed: { asset: string; detail: string; code: string }[]
  readonly failed_count: number
  readonly etag?: string
  readonly created?: boolean
  readonly info?: { name: string; mosaic_minzoom: number }
  readonly error?: { detail: string; code: string }
  readonly links: { rel: string; href: string }[]
}

let app: App
let close: () => Promise<void>
let slow: Awaited<ReturnType<typeof slowServer>>
const lines: Record<string, unknown>[] = []
const root = { folder: mkdtempSync(`${tmpdir()}/smalti-create-`) }

/** Files of a server that answers only when it is let. */
async function slowServer() {
  const file = readFileSync(pieces[0])
  let letGo = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    if (!request.url?.startsWith('/quick')) await letGo.promise
    serveRange(request, response, file)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    go: () => letGo.resolve(),
    hold: () => (letGo = Promise.withResolvers()),
    close: () => {
      letGo.resolve()
      server.closeAllConnections()
      server.close()
    },
  }
}

beforeAll(async () => {
  slow = await slowServer()
  const flags = [
    '--write-key',
    KEY,
    '--write-key',
    OTHER,
    '--allow',
    root.folder,
    '--allow',
    `${slow.origin}/`,
    '--max-jobs',
    '2',
  ]
  const real = await realApp(flags, { lines })
  app = real.app
  close = real.close
})
afterAll(async () => {
  await close()
  slow.close()
  rmSync(root.folder, { recursive: true })
})

const create = (body: unknown, { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {}) =>
  app.inject({
    method: 'POST',
    url: `/mosaic/create${query}`,
    headers: { ...AUTH, ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
const state = async (id: string, headers: Record<string, string> = AUTH) =>
  (await app.inject({ url: `/mosaic/create/${id}`, headers })).json() as State
const ended = async (id: string) => {
  await expect.poll(async () => (await state(id)).status, { timeout: 10_000 }).not.toBe('running')
  return state(id)
}

const feature = (path: string) => ({
  type: 'Feature',
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [10, 48],
        [11, 48],
        [11, 49],
        [10, 49],
        [10, 48],
      ],
    ],
  },
  properties: { path },
})

describe('of files', () => {
  test('without a place the document is the answer, as the files have it', async () => {
    const reply = await create({ urls: pieces, name: 'Fields', attribution: 'me' })
    expect(reply.statusCode).toBe(200)
    const document = reply.json()
    expect(document).toMatchObject({ mosaicjson: '0.0.3', name: 'Fields', attribution: 'me' })
    expect(new Set(Object.values(document.tiles as Record<string, string[]>).flat())).toEqual(new Set(pieces))
    expect(document.minzoom).toBeLessThanOrEqual(document.maxzoom)
  })

  test('with a place it is written there, once; overwrite replaces it; its tiles come at once', async () => {
    const url = `${root.folder}/made.json`
    const made = await create({ url, urls: pieces, minzoom: 5, maxzoom: 8, quadkey_zoom: 6 })
    const told = made.json() as State
    expect([made.statusCode, told.status, told.created, told.info?.mosaic_minzoom]).toEqual([201, 'done', true, 5])
    expect(made.headers.location).toMatch(new RegExp(`/mosaic/create/${told.id}$`))
    const again = await create({ url, urls: pieces })
    expect([again.statusCode, again.json().code]).toEqual([409, 'ALREADY_EXISTS'])
    const tile = () => app.inject({ url: `/mosaic/6/33/22.png?url=${url}` })
    const before = await tile()
    expect(before.statusCode).toBe(200)
    expect(before.headers['x-assets']).toContain('west.tif')
    const over = await create({ url, urls: [pieces[1]], minzoom: 5, maxzoom: 8, quadkey_zoom: 6, overwrite: true })
    expect([over.statusCode, over.json().created]).toEqual([200, false])
    const after = await tile()
    expect(after.headers['x-assets'] ?? '').not.toContain('west.tif')
    expect(after.headers.etag).not.toBe(before.headers.etag)
    // The ETag is the document's.
    const document = await app.inject({ url: `/mosaic/?url=${url}` })
    expect(document.headers.etag).toBe((over.json() as State).etag)
  })

  test('a file that cannot be read fails it, or is left out and named', async () => {
    const absent = `${fixtures}mosaics/pieces/absent.tif`
    const urls = [...pieces, absent, '/etc/passwd', `https://elsewhere.example/a.tif${secret}`]
    const failed = await create({ urls: [...pieces, absent] })
    expect([failed.statusCode, failed.json().code]).toEqual([404, 'NOT_FOUND'])
    expect(JSON.stringify(failed.json())).toContain('absent.tif')
    const url = `${root.folder}/skipped.json`
    const skipped = (await create({ url, urls, on_error: 'skip' })).json() as State
    expect([skipped.status, skipped.failed_count]).toEqual(['done', 3])
    expect(new Map(skipped.failed.map(({ asset, code }) => [asset, code]))).toEqual(
      new Map([
        [absent, 'NOT_FOUND'],
        ['/etc/passwd', 'NOT_ALLOWED'],
        ['https://elsewhere.example/a.tif', 'NOT_ALLOWED'],
      ]),
    )
    const none = await create({ urls: [absent], on_error: 'skip' })
    expect(none.statusCode).toBe(422)
    expect(JSON.stringify(lines)).not.toContain('very-secret')
  })
})

describe('of features and searches', () => {
  test('features come with their zooms; each asset passes the guard', async () => {
    const features = { type: 'FeatureCollection', features: pieces.map(feature) }
    const reply = await create({ features, minzoom: 6, maxzoom: 9, asset_prefix: `${fixtures}mosaics/` })
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toMatchObject({ asset_prefix: `${fixtures}mosaics/`, minzoom: 6, quadkey_zoom: 6 })
    expect(Object.values(reply.json().tiles as Record<string, string[]>)[0]).toEqual(['pieces/west.tif', 'pieces/east.tif'])
    const bad = await create({ features: [feature(pieces[0]), feature('s3://other/a.tif')], minzoom: 6, maxzoom: 9 })
    expect([bad.statusCode, bad.json().code]).toEqual([403, 'NOT_ALLOWED'])
    const skipped = await create({
      features: [feature(pieces[0]), feature('s3://other/a.tif')],
      minzoom: 6,
      maxzoom: 9,
      on_error: 'skip',
    })
    expect([skipped.statusCode, skipped.headers['x-assets-skipped']]).toEqual([200, 's3://other/a.tif'])
  })

  test('many tiles are looked for by a thread, and the server answers meanwhile', async () => {
    const url = `${root.folder}/many.json`
    const reply = await create({ url, features: [feature(pieces[0])], minzoom: 14, maxzoom: 16 }, { query: '?wait=false' })
    expect(reply.statusCode).toBe(202)
    const { id } = reply.json() as State
    let slowest = 0
    while ((await state(id)).status === 'running') {
      const start = performance.now()
      await app.inject({ url: '/healthz' })
      slowest = Math.max(slowest, performance.now() - start)
      await sleep(5)
    }
    const done = await state(id)
    expect([done.status, done.error]).toEqual(['done', undefined])
    expect(Object.keys(JSON.parse(readFileSync(url, 'utf8')).tiles).length).toBeGreaterThan(2000)
    expect(slowest).toBeLessThan(1000)
  })

  test('more tiles than a job may make are a 413, also where a thread finds it out', async () => {
    const reply = await create({ features: [feature(pieces[0])], minzoom: 20, maxzoom: 20 }, { query: '?wait=true' })
    expect([reply.statusCode, reply.json().code]).toEqual([413, 'TOO_LARGE'])
  })

  test('a search of a STAC API', async () => {
    const api = await stacServer((_, origin) => ({
      page: {
        type: 'FeatureCollection',
        features: [{ ...feature(''), id: 'a', properties: {}, assets: { B01: { href: `${origin}/a.tif` } } }],
        links: [],
      },
    }))
    const real = await realApp(['--write-key', KEY, '--allow', `${api.origin}/`])
    try {
      const post = (body: object) =>
        real.app.inject({ method: 'POST', url: '/mosaic/create', headers: AUTH, payload: JSON.stringify(body) })
      const search = { url: `${api.origin}/search`, query: { collections: ['c'] }, max_items: 5 }
      const reply = await post({ search, minzoom: 7, maxzoom: 10, accessor: 'assets.B01.href', name: 'Found' })
      expect(reply.statusCode).toBe(200)
      expect(reply.json()).toMatchObject({ name: 'Found', minzoom: 7, quadkey_zoom: 7 })
      expect(new Set(Object.values(reply.json().tiles as object).flat())).toEqual(new Set([`${api.origin}/a.tif`]))
      expect(api.asked[0].body).toMatchObject({ collections: ['c'] })
      expect((await post({ search })).statusCode).toBe(422)
      expect((await post({ search: { url: 'https://elsewhere.example/search' }, minzoom: 1, maxzoom: 2 })).statusCode).toBe(403)
    } finally {
      await real.close()
    }
  })
})

describe('what is refused before anything is read', () => {
  test.each([
    ['nothing to make it of', {}, /urls, features and search/],
    ['two things', { urls: ['a'], features: [] }, /one of/],
    ['a member that is not known', { urls: ['a'], minzom: 3 }, /./],
    ['a wrong type', { urls: [1, { a: 2 }] }, /./],
    ['zooms that are upside down', { urls: ['a'], minzoom: 9, maxzoom: 3 }, /above/],
    ['features without zooms', { features: [] }, /./],
    ['an unknown grid', { urls: ['a'], tms: 'Nowhere' }, /tms|one of/],
  ])('%s', async (_, body, detail) => {
    const reply = await create(body)
    expect([reply.statusCode, reply.json().code]).toEqual([422, 'INVALID_PARAMETER'])
    expect(JSON.stringify(reply.json().detail)).toMatch(detail)
    expect(reply.json().detail[0].loc[0]).toBe('body')
  })

  test('no JSON, no credentials, and a place that may not be written', async () => {
    expect((await create('{')).statusCode).toBe(400)
    expect((await create({ urls: pieces }, { headers: { authorization: '' } })).statusCode).toBe(401)
    expect((await create({ urls: pieces, url: '/etc/a.json' })).statusCode).toBe(403)
    expect((await create({ urls: pieces, url: `${slow.origin}/a.json` })).statusCode).toBe(405)
    expect(readdirSync(root.folder)).not.toContain('a.json')
  })
})

let count = 0
/** Files that nobody has read before: headers are kept. */
const slowBody = (extra: object = {}) => ({
  urls: [`${slow.origin}/${++count}.tif`, `${slow.origin}/quick-${count}.tif`],
  ...extra,
})

describe('jobs', () => {
  test('202 says where it is watched; progress by polling; the document when it is done', async () => {
    slow.hold()
    const reply = await create(slowBody(), { query: '?wait=false' })
    expect([reply.statusCode, reply.headers['retry-after']]).toEqual([202, '1'])
    const { id } = reply.json() as State
    expect(new URL(String(reply.headers.location)).pathname).toBe(`/mosaic/create/${id}`)
    await expect.poll(async () => (await state(id)).progress).toEqual({ stage: 'headers', done: 1, total: 2 })
    expect((await app.inject({ url: `/mosaic/create/${id}/document`, headers: AUTH })).statusCode).toBe(404)
    slow.go()
    const done = await ended(id)
    expect([done.status, done.links.map(({ rel }) => rel)]).toEqual(['done', ['self', 'document']])
    expect(done.progress).toEqual({ stage: 'tiles', done: 2, total: 2 })
    const document = await app.inject({ url: `/mosaic/create/${id}/document`, headers: AUTH })
    expect(document.json().mosaicjson).toBe('0.0.3')
  })

  test('events: progress, then the end, and the stream is over', async () => {
    slow.hold()
    const { id } = (await create(slowBody(), { query: '?wait=false' })).json() as State
    await expect.poll(async () => (await state(id)).progress.done).toBe(1)
    const stream = app.inject({ url: `/mosaic/create/${id}`, headers: { ...AUTH, accept: 'text/event-stream' } })
    await sleep(50)
    slow.go()
    const reply = await stream
    expect(reply.headers['content-type']).toBe('text/event-stream')
    const events = reply.body
      .trimEnd()
      .split('\n\n')
      .map((event) => {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? []
        return [name, (JSON.parse(data) as State).status]
      })
    expect(events[0]).toEqual(['progress', 'running'])
    expect(events.at(-1)).toEqual(['end', 'done'])
  })

  test('cancelled, it writes nothing; the log says so', async () => {
    slow.hold()
    const url = `${root.folder}/never.json`
    const { id } = (await create(slowBody({ url }), { query: '?wait=false' })).json() as State
    expect(
      (
        await app.inject({
          method: 'DELETE',
          url: `/mosaic/create/${id}`,
          headers: { authorization: AUTH.authorization },
        })
      ).statusCode,
    ).toBe(204)
    slow.go()
    expect((await state(id)).status).toBe('cancelled')
    expect(readdirSync(root.folder)).not.toContain('never.json')
    await expect.poll(() => lines.find(({ job }) => job === id)).toMatchObject({ audit: true, result: 'cancelled', source: url })
  })

  test('only whoever began it sees it', async () => {
    const { id } = (await create({ url: `${root.folder}/own.json`, urls: pieces })).json() as State
    const other = { authorization: `Bearer ${OTHER}` }
    expect((await app.inject({ url: `/mosaic/create/${id}`, headers: other })).statusCode).toBe(404)
    expect((await app.inject({ url: `/mosaic/create/${id}` })).statusCode).toBe(401)
    expect((await app.inject({ url: `/mosaic/create/00000000`, headers: AUTH })).statusCode).toBe(404)
  })

  test('above --max-jobs the answer is 503 with Retry-After, and nothing is begun', async () => {
    slow.hold()
    const begun = await Promise.all([1, 2].map(() => create(slowBody(), { query: '?wait=false' })))
    const third = await create(slowBody(), { query: '?wait=false' })
    expect([third.statusCode, third.json().code]).toEqual([503, 'TOO_MANY_JOBS'])
    expect(third.headers['retry-after']).toBe('10')
    slow.go()
    for (const reply of begun) await ended((reply.json() as State).id)
    expect((await create({ urls: pieces })).statusCode).toBe(200)
  })

  test('the time of a job is bounded, and a server that stops ends its jobs and their streams', async () => {
    const dead = await serve(() => {})
    const flags = ['--write-key', KEY, '--allow', `${dead.origin}/`, '--job-timeout', '1', '--timeout', '20']
    const real = await realApp(flags)
    const post = (query: string) =>
      real.app.inject({
        method: 'POST',
        url: `/mosaic/create${query}`,
        headers: AUTH,
        payload: JSON.stringify({ urls: [`${dead.origin}/a.tif`] }),
      })
    const late = await post('?wait=true')
    expect([late.statusCode, late.json().code]).toEqual([504, 'TIMEOUT'])
    const { id } = (await post('?wait=false')).json() as State
    const stream = real.app.inject({ url: `/mosaic/create/${id}`, headers: { ...AUTH, accept: 'text/event-stream' } })
    await sleep(50)
    const start = performance.now()
    await real.close()
    expect((await stream).body).toMatch(/event: end\ndata: .*"status":"(cancelled|failed)"/)
    expect(performance.now() - start).toBeLessThan(3000)
  })
})
