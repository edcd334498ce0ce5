import { describe, expect, test } from 'vitest'
import { telemetryOptions } from '../../src/telemetry/options.ts'
import { parseTraceparent, samplerOf } from '../../src/telemetry/sampler.ts'

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318/'

test('without a collector there is nothing', () => {
  expect(telemetryOptions({}, '1')).toBeUndefined()
  expect(telemetryOptions({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'true' }, '1')).toBeUndefined()
  expect(telemetryOptions({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, '1')).toBeUndefined()
})

test('the usual variables are read', () => {
  const options = telemetryOptions(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x,b=2',
      OTEL_SERVICE_NAME: 'tiles',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=test',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
    '1.2.3',
  )
  expect(options).toMatchObject({
    endpoint: 'http://collector:4318/v1/traces',
    headers: { authorization: 'Bearer x', b: '2' },
    resource: { 'service.name': 'tiles', 'service.version': '1.2.3', 'deployment.environment.name': 'test' },
    timeoutMs: 10_000,
    delayMs: 100,
  })
})

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'secret' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
])('what cannot be used is named, and its value is not (%#)', (env, name) => {
  expect(() => telemetryOptions(env, '1')).toThrow(name)
  expect(() => telemetryOptions(env, '1')).not.toThrow('secret')
})

describe('sampling', () => {
  const low = `${'0'.repeat(31)}1`
  const high = 'f'.repeat(32)
  const parent = { traceId: high, spanId: '1'.repeat(16), sampled: true }
  test.each([
    ['always_on', undefined, high, undefined, true],
    ['always_off', undefined, low, undefined, false],
    ['traceidratio', '0.5', low, undefined, true],
    ['traceidratio', '0.5', high, undefined, false],
    ['traceidratio', '0', low, undefined, false],
    ['parentbased_always_off', undefined, high, parent, true],
    ['parentbased_always_on', undefined, high, { ...parent, sampled: false }, false],
    ['parentbased_traceidratio', '0.1', high, undefined, false],
  ])('%s %s of %s', (name, argument, traceId, from, sampled) => {
    expect(samplerOf(name, argument)(traceId, from)).toBe(sampled)
  })
})

test.each([
  [`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }],
  [`00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false }],
  [`ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, undefined],
  [`00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`, undefined],
  ['nonsense', undefined],
  [undefined, undefined],
])('traceparent %s', (header, parent) => expect(parseTraceparent(header)).toEqual(parent))
