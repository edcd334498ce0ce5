import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { makeDemo } from '../../scripts/demo/make.ts'
import { startReal } from '../../scripts/servers/real.ts'
import type { RealServer } from '../../scripts/servers/real.ts'
import { freePort, startSmalti } from '../../scripts/servers/smalti.ts'
import type { Running } from '../../scripts/servers/smalti.ts'
import { startFaultyProxy } from '../../scripts/servers/toxiproxy.ts'
import type { FaultyProxy, Toxic } from '../../scripts/servers/toxiproxy.ts'
import { demoFolder } from './demo.ts'

/** Seconds that the server gives a request, and that an answer may come later on a busy machine. */
const TIMEOUT = 4
const SLACK = 3

// This server -> toxiproxy -> nginx -> files. Every address is new to the server, so that nothing is answered from its caches.
let folder: string
let files: RealServer
let proxy: FaultyProxy
let smalti: Running
let number = 0

beforeAll(async () => {
  await makeDemo(() => undefined)
  folder = mkdtempSync(join(tmpdir(), 'faults-'))
  copyFileSync(join(demoFolder, 'blue-marble/r0c2.tif'), join(folder, 'a.tif'))
  files = await startReal('nginx', 'files', await freePort(), folder)
  proxy = await startFaultyProxy(files.base.replace('http://', ''))
  smalti = await startSmalti(['--allow', `${proxy.base}/`, '--timeout', String(TIMEOUT), '--log-level', 'warn'])
})
afterAll(async () => {
  await smalti?.[Symbol.asyncDispose]()
  await proxy?.[Symbol.asyncDispose]()
  await files?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly code: string
  readonly body: Buffer
  readonly seconds: number
}

/** The whole file as an array. */
async function preview(name = 'a.tif'): Promise<Answer> {
  const begin = performance.now()
  const url = `${proxy.base}/${name}?n=${++number}`
  const reply = await fetch(`${smalti.base}/cog/preview.npy?max_size=2048&url=${encodeURIComponent(url)}`)
  const body = Buffer.from(await reply.arrayBuffer())
  const code = reply.status === 200 ? '' : (JSON.parse(body.toString()) as { code: string }).code
  return { status: reply.status, code, body, seconds: (performance.now() - begin) / 1000 }
}

test.each<[string, Toxic]>([
  ['300 ms of latency, more or less', { type: 'latency', attributes: { latency: 300, jitter: 100 } }],
  ['bodies in pieces of 500 bytes', { type: 'slicer', attributes: { average_size: 500, size_variation: 200, delay: 10 } }],
  ['connections that close late', { type: 'slow_close', attributes: { delay: 500 } }],
])('%s: the same pixels, later', async (_, toxic) => {
  const wanted = await preview()
  expect(wanted.status).toBe(200)
  const got = await proxy.with(toxic, () => preview())
  expect(got.status).toBe(200)
  expect(got.body.equals(wanted.body)).toBe(true)
})

test.each<[string, Toxic, number, string]>([
  ['no answer at all', { type: 'timeout', attributes: { timeout: 0 } }, 504, 'TIMEOUT'],
  ['answers after a minute', { type: 'latency', attributes: { latency: 60_000, jitter: 0 } }, 504, 'TIMEOUT'],
  ['one kilobyte a second', { type: 'bandwidth', attributes: { rate: 1 } }, 504, 'TIMEOUT'],
  ['bodies that are cut after 10 kB', { type: 'limit_data', attributes: { bytes: 10_000 } }, 502, 'UPSTREAM_FAILED'],
  ['connections that are reset', { type: 'reset_peer', attributes: { timeout: 0 } }, 502, 'UPSTREAM_FAILED'],
])('%s: a clear error within the time of a request, and all is well when it is over', async (_, toxic, status, code) => {
  const failed = await proxy.with(toxic, () => preview())
  expect([failed.status, failed.code]).toEqual([status, code])
  expect(failed.seconds).toBeLessThan(TIMEOUT + SLACK)
  expect(failed.body.toString()).not.toContain('127.0.0.1')
  const after = await preview()
  expect(after.status).toBe(200)
  expect(after.seconds).toBeLessThan(TIMEOUT)
})

test('a server that is down: an error at once, and all is well when it is back', async () => {
  const failed = await proxy.down(() => preview())
  expect([failed.status, failed.code]).toEqual([502, 'UPSTREAM_FAILED'])
  expect(failed.seconds).toBeLessThan(TIMEOUT + SLACK)
  expect((await preview()).status).toBe(200)
})

test('a short fault is waited out: one connection is reset, the next is not', async () => {
  const asked = proxy.down(async () => {
    const answer = preview()
    await new Promise((resolve) => setTimeout(resolve, 50))
    return { answer }
  })
  expect((await (await asked).answer).status).toBe(200)
})

test('a file that is replaced while it is being read: the pixels of one of the two, never a mixture', async () => {
  const old = await preview()
  copyFileSync(join(demoFolder, 'blue-marble/r0c5.tif'), join(folder, 'other.tif'))
  const fresh = await preview('other.tif')
  expect(fresh.body.equals(old.body)).toBe(false)
  // 200 kB/s: the half megabyte of the file takes a while, in which it changes.
  const slow: Toxic = { type: 'bandwidth', attributes: { rate: 200 } }
  const seen = { old: 0, fresh: 0, errors: [] as string[] }
  for (const wait of [20, 150, 400, 900]) {
    copyFileSync(join(demoFolder, 'blue-marble/r0c2.tif'), join(folder, 'next.tif'))
    renameSync(join(folder, 'next.tif'), join(folder, 'b.tif'))
    copyFileSync(join(demoFolder, 'blue-marble/r0c5.tif'), join(folder, 'next.tif'))
    const got = await proxy.with(slow, async () => {
      const answer = preview('b.tif')
      await new Promise((resolve) => setTimeout(resolve, wait))
      renameSync(join(folder, 'next.tif'), join(folder, 'b.tif'))
      return answer
    })
    if (got.status !== 200) seen.errors.push(got.code)
    else if (got.body.equals(old.body)) seen.old++
    else if (got.body.equals(fresh.body)) seen.fresh++
    else throw new Error('pixels of neither file')
    expect((await preview('b.tif')).body.equals(fresh.body)).toBe(true)
  }
  expect(seen.errors.filter((code) => code !== 'SOURCE_CHANGED' && code !== 'TIMEOUT')).toEqual([])
  expect(seen.fresh + seen.old).toBeGreaterThan(0)
})
