import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { ChangedError } from '../../src/errors.ts'
import { createNet } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { cogsOver, openBytes, readLevel } from './reading.ts'
import { DATA, buildTiff, pictureEntries } from './tiff-builder.ts'

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url))

let server: Server
let base: string
/** What the server has: the bytes and their ETag. */
let file: { bytes: Uint8Array; etag: string }
let requests: (string | undefined)[]

beforeEach(async () => {
  file = { bytes: fixture('mask-overviews.tif'), etag: '"one"' }
  requests = []
  server = createServer((request, response) => {
    requests.push(request.headers.range)
    const { bytes, etag } = file
    if (request.headers['if-match'] && request.headers['if-match'] !== etag) {
      response.writeHead(412).end()
      return
    }
    const [first, last] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []).slice(1).map(Number)
    const end = Math.min(last, bytes.length - 1)
    response.writeHead(206, { etag, 'content-range': `bytes ${first}-${end}/${bytes.length}`, 'content-length': end - first + 1 })
    response.end(bytes.subarray(first, end + 1))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

it('reads the same over HTTP as from memory: one request for the header, one a window', async () => {
  const net = createNet({ allow: [base], cwd: '/', timeoutMs: 5000 })
  const trace = newTrace()
  const cogs = cogsOver(net)
  const cog = await cogs.open(`${base}a.tif`, { trace })
  expect(requests).toEqual(['bytes=0-32767'])
  const wanted = await openBytes(file.bytes)
  expect(await readLevel(cog)).toEqual(await readLevel(wanted))
  expect(requests.length).toBeLessThanOrEqual(3)
  expect(trace.reads).toBe(1)
  await cogs.close()
  await net.close()
})

it('drops what it knows of an object that was replaced', async () => {
  // Larger than what is kept of its beginning.
  const data = new Uint8Array(256 * 256)
  const entries = pictureEntries({ width: 256, height: 256, tile: 256, offsets: [DATA], counts: [data.length] })
  file = { bytes: buildTiff([entries], { data }), etag: '"one"' }
  const net = createNet({ allow: [base], cwd: '/', timeoutMs: 5000 })
  const cogs = cogsOver(net)
  const cog = await cogs.open(`${base}a.tif`, {})
  file = { bytes: fixture('sparse.tif'), etag: '"two"' }
  await expect(readLevel(cog)).rejects.toBeInstanceOf(ChangedError)
  expect((await cogs.open(`${base}a.tif`, {})).info.dtype).toBe('int16')
  await cogs.close()
  await net.close()
})
