import { expect, test } from 'vitest'
import { createNet } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { countingBytes, serve, serveRange } from './local-server.ts'
import type { LocalServer } from './local-server.ts'

const bytes = countingBytes(10_000)

function netOf(server: LocalServer) {
  return createNet({ allow: [`${server.origin}/`], cwd: '/', limits: { retryMs: 5, excessBytes: 1000 } })
}

test('ranges are exact, the size is known after the first, and later reads are pinned to its ETag', async () => {
  const server = await serve((request, response) => serveRange(request, response, bytes))
  const source = await netOf(server).open(`${server.origin}/x.tif?sig=secret`)
  const trace = newTrace()
  expect(server.requests).toHaveLength(0)
  expect([source.size, source.revision]).toEqual([undefined, undefined])
  expect(await source.read(100, 50, { trace })).toEqual(bytes.slice(100, 150))
  expect([source.size, source.revision]).toEqual([10_000, '"one"'])
  expect(await source.read(9_990, 100, { trace })).toEqual(bytes.slice(9_990))
  expect(await source.read(20_000, 100, { trace })).toHaveLength(0)
  expect(trace).toMatchObject({ reads: 2, bytesRead: 60 })
  const [first, second] = server.requests
  expect(first?.url).toBe('/x.tif?sig=secret')
  expect(first?.headers).toMatchObject({ range: 'bytes=100-149', 'accept-encoding': 'identity' })
  expect(first?.headers['if-match']).toBeUndefined()
  expect(second?.headers).toMatchObject({ range: 'bytes=9990-9999', 'if-match': '"one"' })
  expect(source.name).toBe(`${server.origin}/x.tif`)
})

test('a file shorter than the first range is read to its end', async () => {
  const server = await serve((request, response) => serveRange(request, response, bytes))
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  expect(await source.read(0, 65_536)).toEqual(bytes)
  expect(source.size).toBe(10_000)
})

test('bodies of many pieces come whole, one after the other on a connection and beside each other', async () => {
  const large = countingBytes(3_000_000)
  const server = await serve((request, response) => serveRange(request, response, large))
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  for (const at of [0, 7, 999_999])
    expect(Buffer.compare(await source.read(at, 2_000_000), large.slice(at, at + 2_000_000))).toBe(0)
  const parts = await Promise.all([1, 2, 3, 4].map((i) => source.read(i * 300_000, 1_500_000)))
  for (const [i, part] of parts.entries()) {
    const at = (i + 1) * 300_000
    expect(Buffer.compare(part, large.slice(at, at + 1_500_000))).toBe(0)
  }
})

test('of an empty file there is nothing, and that is no error', async () => {
  const server = await serve((request, response) => serveRange(request, response, new Uint8Array(0)))
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  expect(await source.read(0, 100)).toHaveLength(0)
  expect(source.size).toBe(0)
})

test.each([
  ['412 to If-Match', { etag: '"one"' }, { etag: '"two"' }, bytes],
  ['another weak ETag', { etag: 'W/"one"' }, { etag: 'W/"two"' }, bytes],
  [
    'another Last-Modified',
    { 'last-modified': new Date(0).toUTCString() },
    { 'last-modified': new Date(1e6).toUTCString() },
    bytes,
  ],
  ['another size', {}, {}, bytes.slice(0, 9000)],
])('a file that changes between reads is told as changed: %s', async (_, before, after, bytesAfter) => {
  let count = 0
  const server = await serve((request, response) => {
    const headers = (count++ === 0 ? before : after) as Record<string, string>
    serveRange(request, response, count === 1 ? bytes : bytesAfter, headers)
  })
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  await source.read(0, 10)
  await expect(source.read(10, 10)).rejects.toMatchObject({ status: 502, code: 'SOURCE_CHANGED' })
})

test('a changed ETag is seen though the server ignores If-Match', async () => {
  const server = await serve((request, response) => {
    delete request.headers['if-match']
    serveRange(request, response, bytes, { etag: `"${server.requests.length}"` })
  })
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  await source.read(0, 10)
  await expect(source.read(10, 10)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
})

test('of two first reads at a time, of different contents, one is told as changed', async () => {
  const server = await serve((request, response) => serveRange(request, response, bytes, { etag: `"${server.requests.length}"` }))
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  const results = await Promise.allSettled([source.read(0, 10), source.read(10, 10)])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('without a strong ETag the date is the condition', async () => {
  const date = new Date(0).toUTCString()
  const server = await serve((request, response) =>
    serveRange(request, response, bytes, { etag: 'W/"one"', 'last-modified': date }),
  )
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  await source.read(0, 10)
  await source.read(10, 10)
  expect(server.requests[1]?.headers['if-unmodified-since']).toBe(date)
  expect(server.requests[1]?.headers['if-match']).toBeUndefined()
})

test('a server that tells nothing of its content gives a new revision with each opening', async () => {
  const server = await serve((request, response) => serveRange(request, response, bytes, {}))
  const net = netOf(server)
  const [a, b] = [await net.open(`${server.origin}/x.tif`), await net.open(`${server.origin}/x.tif`)]
  await Promise.all([a.read(0, 10), b.read(0, 10)])
  expect(a.revision).not.toBe(b.revision)
})

test.each([
  ['another start', 'bytes 1-100/10000', 100],
  ['an earlier end', 'bytes 0-98/10000', 99],
  ['a later end', 'bytes 0-120/10000', 100],
  ['an end behind the total', 'bytes 0-99/50', 100],
  ['no total', 'bytes 0-99/*', 100],
  ['another unit', 'lines 0-99/10000', 100],
  ['no header at all', undefined, 100],
  ['huge numbers', 'bytes 0-99/99999999999999999999', 100],
])('a Content-Range with %s is refused', async (_, contentRange, length) => {
  const server = await serve((_request, response) => {
    response.writeHead(206, { 'content-length': length, ...(contentRange && { 'content-range': contentRange }) })
    response.end(bytes.subarray(0, length))
  })
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  await expect(source.read(0, 100)).rejects.toMatchObject({ status: 502, code: 'UPSTREAM_FAILED' })
})

test.each([
  ['more', 101],
  ['fewer', 99],
])('a body of %s bytes than its Content-Range says is refused', async (_, length) => {
  const server = await serve((_request, response) => {
    response.writeHead(206, { 'content-range': 'bytes 0-99/10000' })
    response.end(bytes.subarray(0, length))
  })
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  await expect(source.read(0, 100)).rejects.toMatchObject({ status: 502 })
})

test('a body that breaks off is asked for again', async () => {
  const server = await serve((request, response) => {
    if (server.requests.length > 1) return serveRange(request, response, bytes)
    response.writeHead(206, { 'content-range': 'bytes 0-99/10000', 'content-length': 100 })
    response.write(bytes.subarray(0, 40), () => response.destroy())
  })
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  expect(await source.read(0, 100)).toEqual(bytes.slice(0, 100))
  expect(server.requests).toHaveLength(2)
})

test('a gzip body where plain bytes were asked for is refused', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(206, { 'content-range': 'bytes 0-99/10000', 'content-encoding': 'gzip' }).end(bytes.subarray(0, 100))
  })
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  await expect(source.read(0, 100)).rejects.toThrow(/gzip/)
})

test('a server without ranges is good enough for what is small', async () => {
  const small = bytes.slice(0, 900)
  const server = await serve((_request, response) => response.end(small))
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  expect(await source.read(100, 50)).toEqual(small.slice(100, 150))
  expect(source.size).toBe(900)
})

test.each([
  ['announced', (total: number) => ({ 'content-length': total })],
  ['not announced', () => ({})],
])('a server without ranges is refused for what is large, its length %s', async (_, headers) => {
  const server = await serve((_request, response) => response.writeHead(200, headers(bytes.length)).end(bytes))
  const source = await netOf(server).open(`${server.origin}/x.tif`)
  await expect(source.read(0, 100)).rejects.toThrow(/the whole file/)
})

test.each([
  [404, 404, 'NOT_FOUND'],
  [410, 404, 'NOT_FOUND'],
  [401, 401, 'UPSTREAM_UNAUTHORIZED'],
  [403, 401, 'UPSTREAM_UNAUTHORIZED'],
  [400, 502, 'UPSTREAM_FAILED'],
  [500, 502, 'UPSTREAM_FAILED'],
])('%i there is %i here, and the query stays secret', async (there, status, code) => {
  const server = await serve((_request, response) => response.writeHead(there).end('text of the upstream'))
  const source = await netOf(server).open(`${server.origin}/x.tif?sig=secret`)
  const error = await source.read(0, 10).catch((thrown: unknown) => thrown as Error)
  expect(error).toMatchObject({ status, code })
  expect((error as Error).message).toContain('/x.tif')
  expect((error as Error).message).not.toMatch(/secret|upstream/)
})
