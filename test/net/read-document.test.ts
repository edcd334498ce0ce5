import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createNet } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { serve } from './local-server.ts'
import type { LocalServer } from './local-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

const text = Buffer.from('{"mosaicjson":"0.0.3"}')
const maxBytes = 1000

function netOf(server: LocalServer) {
  return createNet({ allow: [`${server.origin}/`], cwd: '/', limits: { retryMs: 5 } })
}

test('a file is read whole, and not again while its revision is the same', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'mosaic.json')
  writeFileSync(path, text)
  const net = createNet({ allow: [folder], cwd: folder })
  const trace = newTrace()
  const first = await net.readDocument(path, { maxBytes, trace })
  expect(Buffer.from(first?.bytes ?? [])).toEqual(text)
  expect(trace).toMatchObject({ reads: 1, bytesRead: text.length })
  expect(await net.readDocument(path, { maxBytes, ifNot: first?.revision })).toBeUndefined()
  utimesSync(path, 1, 1)
  const second = await net.readDocument(path, { maxBytes, ifNot: first?.revision })
  expect(second?.revision).not.toBe(first?.revision)
})

test('a file above the limit is refused with the name of the setting, before it is read', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'mosaic.json'), text)
  const net = createNet({ allow: [folder], cwd: folder })
  const trace = newTrace()
  await expect(net.readDocument('mosaic.json', { maxBytes: 10, setting: '--max-mosaic-bytes', trace })).rejects.toMatchObject({
    status: 413,
    setting: '--max-mosaic-bytes',
  })
  expect(trace.reads).toBe(0)
})

test.each(['"strong"', 'W/"weak"'])('the ETag %s is the revision, and asks for 304', async (etag) => {
  const server = await serve((request, response) => {
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
    return void response.writeHead(200, { etag }).end(text)
  })
  const first = await netOf(server).readDocument(`${server.origin}/m.json`, { maxBytes })
  expect(first?.revision).toBe(etag)
  expect(await netOf(server).readDocument(`${server.origin}/m.json`, { maxBytes, ifNot: etag })).toBeUndefined()
  expect(server.requests).toHaveLength(2)
})

test('a server that ignores conditions is understood by what it tells of the document', async () => {
  for (const headers of [{ etag: '"one"' }, { 'last-modified': new Date(0).toUTCString(), 'content-length': text.length }, {}]) {
    const server = await serve((_request, response) => response.writeHead(200, headers).end(text))
    const net = netOf(server)
    const first = await net.readDocument(`${server.origin}/m.json`, { maxBytes })
    expect(first?.revision).toMatch(/./)
    expect(await net.readDocument(`${server.origin}/m.json`, { maxBytes, ifNot: first?.revision })).toBeUndefined()
  }
})

test('without an ETag the date asks for 304', async () => {
  const date = new Date(0).toUTCString()
  const server = await serve((request, response) => {
    if (request.headers['if-modified-since'] === date) return void response.writeHead(304).end()
    return void response.writeHead(200, { 'last-modified': date }).end(text)
  })
  const first = await netOf(server).readDocument(`${server.origin}/m.json`, { maxBytes })
  expect(await netOf(server).readDocument(`${server.origin}/m.json`, { maxBytes, ifNot: first?.revision })).toBeUndefined()
  expect(server.requests[1]?.headers['if-modified-since']).toBe(date)
})

test('a document without any validator has the revision of its content', async () => {
  let body: Buffer = text
  const server = await serve((_request, response) => response.writeHead(200).end(body))
  const net = netOf(server)
  const first = await net.readDocument(`${server.origin}/m.json`, { maxBytes })
  body = Buffer.from('{"mosaicjson":"0.0.2"}')
  const second = await net.readDocument(`${server.origin}/m.json`, { maxBytes, ifNot: first?.revision })
  expect(Buffer.from(second?.bytes ?? [])).toEqual(body)
  expect(second?.revision).not.toBe(first?.revision)
})

test('gzip is handed on packed, whether Content-Encoding tells of it or not', async () => {
  const packed = gzipSync(text)
  for (const headers of [{ 'content-encoding': 'gzip' }, {}]) {
    const server = await serve((_request, response) => response.writeHead(200, headers).end(packed))
    const document = await netOf(server).readDocument(`${server.origin}/m.json`, { maxBytes })
    expect(Buffer.from(document?.bytes ?? [])).toEqual(packed)
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity')
  }
})

test('another Content-Encoding is an error that names it', async () => {
  const server = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'br' }).end(text))
  await expect(netOf(server).readDocument(`${server.origin}/m.json`, { maxBytes })).rejects.toThrow(/Content-Encoding br/)
})

test.each([
  ['announced', { 'content-length': 10_000_000 }, 0],
  ['not announced', {}, 200_000],
])('a body above the limit is refused while it streams, its length %s', async (_, headers, most) => {
  const server = await serve((_request, response) => {
    response.writeHead(200, headers)
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(10_000)));
    }
    response.on('drain', pour)
    pour()
  })
  const trace = newTrace()
  await expect(
    netOf(server).readDocument(`${server.origin}/m.json?sig=secret`, { maxBytes, setting: '--max-mosaic-bytes', trace }),
  ).rejects.toMatchObject({
    status: 413,
    code: 'TOO_LARGE',
    message: expect.stringMatching(/m\.json has more than 1000 bytes.*--max-mosaic-bytes/),
  })
  expect(trace.bytesRead).toBeLessThanOrEqual(most)
})

test('206 and 304 that nobody asked for are errors', async () => {
  for (const status of [206, 304, 416]) {
    const server = await serve((_request, response) => response.writeHead(status).end())
    await expect(netOf(server).readDocument(`${server.origin}/m.json`, { maxBytes })).rejects.toMatchObject({ status: 502 })
  }
})
