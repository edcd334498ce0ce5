import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { telemetryOptions } from '../../src/telemetry/options.ts'
import { createTracer } from '../../src/telemetry/tracer.ts'
import { fixtures, realApp } from '../routes/real-app.ts'

interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly {
    readonly key: string
    readonly value: { readonly stringValue?: string; readonly intValue?: string }
  }[]
}

/** A collector that takes OTLP over HTTP, in this process. */
async function collector() {
  const bodies: string[] = []
  const headers: NodeJS.Dict<string | string[]>[] = []
  const server = createServer((request, response) => {
    headers.push({ path: request.url, ...request.headers })
    const answer = async () => {
      bodies.push(await text(request))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }
    void answer()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const spans = (): SentSpan[] =>
    bodies.flatMap(
      (body) =>
        (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] }).resourceSpans[0].scopeSpans[0].spans,
    )
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, headers, spans }
}

function tracerTo(endpoint: string, warnings: object[] = []) {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'tiles', OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret' }
  const options = telemetryOptions(env, '1')
  if (!options) throw new Error('no options')
  return createTracer(options, { warn: (fields, message) => warnings.push({ ...fields, message }) })
}

const mosaic = `url=${encodeURIComponent(`${fixtures}mosaics/mosaic.json`)}`

test('a tile is a span below that of its caller, and its stages are spans below it', async () => {
  const { endpoint, spans, headers, bodies } = await collector()
  const { app, close } = await realApp([], { tracer: tracerTo(endpoint) })
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const reply = await app.inject({ url: `/mosaic/6/34/22.png?${mosaic}`, headers: { traceparent } })
  expect(reply.statusCode).toBe(200)
  await close()
  expect(headers[0]).toMatchObject({ path: '/v1/traces', 'content-type': 'application/json', 'x-key': 'secret' })
  expect(JSON.parse(bodies[0])).toMatchObject({
    resourceSpans: [
      { resource: { attributes: expect.arrayContaining([{ key: 'service.name', value: { stringValue: 'tiles' } }]) as unknown } },
    ],
  })
  const root = spans().find(({ kind }) => kind === 2)
  expect(root).toMatchObject({
    name: 'GET /mosaic/:z/:x/:y.:format',
    traceId: 'a'.repeat(32),
    parentSpanId: 'b'.repeat(16),
    attributes: expect.arrayContaining([
      { key: 'http.route', value: { stringValue: '/mosaic/:z/:x/:y.:format' } },
      { key: 'http.response.status_code', value: { intValue: '200' } },
    ]) as unknown,
  })
  const children = spans().filter(({ kind }) => kind !== 2)
  expect(children.map(({ name }) => name)).toEqual(expect.arrayContaining(['search', 'asset', 'read', 'warp', 'encode']))
  for (const child of children) {
    expect([child.traceId, child.parentSpanId]).toEqual([root?.traceId, root?.spanId])
    expect(BigInt(child.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(child.startTimeUnixNano))
    expect(Math.abs(Number(BigInt(child.startTimeUnixNano) / 1_000_000n) - Date.now())).toBeLessThan(60_000)
  }
  const asset = children.find(({ name }) => name === 'asset')
  expect(asset?.attributes[0].value.stringValue).toMatch(/\.tif$/)
})

test('no span carries the query of a request', async () => {
  const { endpoint, bodies } = await collector()
  const { app, close } = await realApp([], { tracer: tracerTo(endpoint) })
  await app.inject(`/mosaic/info?url=${encodeURIComponent('https://u:pass@h.example/m.json?sig=s3cret')}`)
  await close()
  expect(bodies.join()).toContain('/mosaic/info')
  expect(bodies.join()).not.toMatch(/s3cret|pass|h\.example/)
})

test('a collector that does not answer costs a line in the log, not a request', async () => {
  const warnings: object[] = []
  const { app, close } = await realApp([], { tracer: tracerTo('http://127.0.0.1:9', warnings) })
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  await close()
  expect(warnings).toEqual([{ reason: expect.any(String) as string, message: 'the collector of spans cannot be reached' }])
})
