/** One span, as it is exported. Times are milliseconds of performance.now(). */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: 'server' | 'internal'
  readonly start: number
  readonly end: number
  readonly attributes: Readonly<Record<string, string | number>>
  readonly failed?: boolean
}

const KINDS = { internal: 1, server: 2 } as const
const ERROR = 2

/** The body of an OTLP export, in its JSON form. https://opentelemetry.io/docs/specs/otlp/ */
export function otlpJson(spans: readonly Span[], resource: Readonly<Record<string, string>>): string {
  const scope = { name: 'smalti' }
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope, spans: spans.map(spanOf) }] }],
  })
}

function spanOf({ traceId, spanId, parentSpanId, name, kind, start, end, attributes, failed }: Span) {
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: KINDS[kind],
    startTimeUnixNano: unixNano(start),
    endTimeUnixNano: unixNano(end),
    attributes: attributesOf(attributes),
    status: failed ? { code: ERROR } : {},
  }
}

function attributesOf(attributes: Readonly<Record<string, string | number>>) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(Math.round(value)) } : { stringValue: value },
  }))
}

function unixNano(time: number): string {
  const ms = performance.timeOrigin + time
  return String(BigInt(Math.floor(ms)) * 1_000_000n + BigInt(Math.floor((ms % 1) * 1e6)))
}
