import { type Sampler, samplerOf } from './sampler.ts'

/** Where spans go, and which. */
export interface TelemetryOptions {
  /** Takes OTLP over HTTP, as JSON. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  /** Of one export. */
  readonly timeoutMs: number
  readonly resource: Readonly<Record<string, string>>
  readonly sampler: Sampler
  /** Spans wait so long for others, at most so many; one export has at most `batch`. */
  readonly delayMs: number
  readonly queue: number
  readonly batch: number
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * OpenTelemetry's own variables. undefined: nobody wants spans. @throws Error that names the variable
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function telemetryOptions(env: Environment, version: string): TelemetryOptions | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return undefined
  const ofTraces = (name: string): string | undefined =>
    env[`OTEL_EXPORTER_OTLP_TRACES_${name}`] ?? env[`OTEL_EXPORTER_OTLP_${name}`]
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '')
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base && `${base}/v1/traces`)
  if (!endpoint) return undefined
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new Error('OTEL_EXPORTER_OTLP_ENDPOINT is not an http(s) address')
  if (ofTraces('PROTOCOL') === 'grpc')
    throw new Error('OTEL_EXPORTER_OTLP_PROTOCOL: grpc is not spoken here; use http/json (a collector takes it on port 4318)')
  const service = env.OTEL_SERVICE_NAME || undefined
  const attributes = pairs(env.OTEL_RESOURCE_ATTRIBUTES, 'OTEL_RESOURCE_ATTRIBUTES')
  return {
    endpoint,
    headers: pairs(ofTraces('HEADERS'), 'OTEL_EXPORTER_OTLP_HEADERS'),
    timeoutMs: whole(ofTraces('TIMEOUT'), 'OTEL_EXPORTER_OTLP_TIMEOUT', 10_000),
    resource: {
      'service.version': version,
      ...attributes,
      'service.name': service ?? attributes['service.name'] ?? 'smalti',
    },
    sampler: samplerOf(env.OTEL_TRACES_SAMPLER || 'parentbased_always_on', env.OTEL_TRACES_SAMPLER_ARG),
    delayMs: whole(env.OTEL_BSP_SCHEDULE_DELAY, 'OTEL_BSP_SCHEDULE_DELAY', 5000),
    queue: whole(env.OTEL_BSP_MAX_QUEUE_SIZE, 'OTEL_BSP_MAX_QUEUE_SIZE', 2048),
    batch: Math.max(1, whole(env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512)),
  }
}

function whole(text: string | undefined, name: string, fallback: number): number {
  if (!text) return fallback
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} is not a whole number`)
  return Number(text)
}

/** `a=1,b=2`, percent-encoded. Its values may be secrets: none is repeated. */
function pairs(text: string | undefined, name: string): Record<string, string> {
  const entries = (text ?? '').split(',').filter((part) => part.trim() !== '')
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf('=')
      if (at < 1) throw new Error(`${name} is not a list such as key=value,other=value`)
      try {
        return [entry.slice(0, at).trim(), decodeURIComponent(entry.slice(at + 1).trim())]
      } catch (cause) {
        throw new Error(`${name} is not percent-encoded`, { cause })
      }
    }),
  )
}
