import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { App } from '../../routes/context.ts'
import { fixtures, realApp } from './real-app.ts'

let app: App
let close: () => Promise<void>
beforeAll(async () => {
  ;({ app, close } = await realApp())
})
afterAll(() => close())

const mosaic = `url=${encodeURIComponent(`${fixtures}mosaics/mosaic.json`)}`

/** The value of a sample, by its name and labels as they are written. */
async function sample(line: string): Promise<number | undefined> {
  const { body } = await app.inject('/metrics')
  const found = body.split('\n').find((other) => other.startsWith(`${line} `))
  return found === undefined ? undefined : Number(found.slice(line.length + 1))
}

test('requests are counted by the pattern of their route, and stages of pictures by their names', async () => {
  for (const path of [`/mosaic/6/1/1.png?${mosaic}`, `/mosaic/6/1/2.png?${mosaic}`, '/no/such/path', '/no/such/other'])
    await app.inject(path)
  const route = 'method="GET",route="/mosaic/:z/:x/:y.:format"'
  await vi.waitFor(async () => expect(await sample(`smalti_http_request_duration_seconds_count{${route},status="204"}`)).toBe(2))
  expect(await sample('smalti_http_request_duration_seconds_count{method="GET",route="none",status="404"}')).toBe(2)
  expect(await sample('smalti_stage_duration_seconds_count{stage="search"}')).toBe(2)
})

test('caches, sources, queue and threads say what they have', async () => {
  const cog = `url=${encodeURIComponent(`${fixtures}rgb-webp-lossless.tif`)}`
  await app.inject(`/cog/info?${cog}`)
  await app.inject(`/cog/info?${cog}`)
  expect(await sample('smalti_cache_entries{cache="mosaics"}')).toBe(1)
  expect(await sample('smalti_cache_hits_total{cache="mosaics"}')).toBeGreaterThan(0)
  expect(await sample('smalti_cache_max_bytes{cache="blocks"}')).toBeGreaterThan(2 ** 20)
  expect(await sample('smalti_source_requests_total{scheme="file"}')).toBeGreaterThan(0)
  expect(await sample('smalti_source_bytes_total{scheme="file"}')).toBeGreaterThan(100)
  expect(await sample('smalti_queue_running')).toBe(0)
  expect(await sample('smalti_raster_threads')).toBe(1)
  expect(await sample('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
})

test('what fails is counted by scheme and code; no address is in the metrics', async () => {
  await app.inject(`/cog/info?url=${encodeURIComponent(`${fixtures}cog/absent.tif`)}`)
  await app.inject(`/cog/info?url=${encodeURIComponent('https://user:secret@elsewhere.example/a.tif?sig=1')}`)
  const { body, headers } = await app.inject('/metrics')
  expect(headers['content-type']).toMatch(/^text\/plain; version=/)
  expect(headers['cache-control']).toBe('no-store')
  expect(body).not.toMatch(/secret|elsewhere|fixtures|sig=/)
  expect(body).toContain('smalti_source_errors_total{scheme="file",code="NOT_FOUND"}')
  expect(body).toContain('smalti_source_errors_total{scheme="https",code="NOT_ALLOWED"}')
  expect(body).toMatch(/smalti_build_info\{version="[^"]+"\} 1/)
})

test('they can be left out', async () => {
  const other = await realApp(['--metrics', 'off'])
  expect((await other.app.inject('/metrics')).statusCode).toBe(404)
  await other.close()
})
