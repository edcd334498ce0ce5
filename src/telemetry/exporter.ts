import { otlpJson, type Span } from './span.ts'
import type { TelemetryOptions } from './options.ts'

export interface ExporterLog {
  warn(fields: object, message: string): void
}

export interface Exporter {
  add(span: Span): void
  /** Sends what waits; then nothing more is taken. */
  close(): Promise<void>
}

/** Spans in batches. What does not fit into the queue, and what the collector does not take, is dropped and said in the log once. */
export function createExporter(options: TelemetryOptions, log: ExporterLog): Exporter {
  let waiting: Span[] = []
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> = Promise.resolve()
  let complained = false
  let closed = false

  function complain(fields: object, message: string): void {
    if (!complained) log.warn(fields, message)
    complained = true
  }

  async function send(spans: readonly Span[]): Promise<void> {
    try {
      const { status } = await fetch(options.endpoint, {
        method: 'POST',
        headers: { ...options.headers, 'content-type': 'application/json' },
        body: otlpJson(spans, options.resource),
        signal: AbortSignal.timeout(options.timeoutMs),
      })
      if (status >= 300) complain({ status }, 'the collector does not take the spans')
    } catch (error) {
      // The message may have the address, which may hold a token.
      complain({ reason: error instanceof Error ? error.name : 'unknown' }, 'the collector of spans cannot be reached')
    }
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const spans = waiting
    waiting = []
    for (let at = 0; at < spans.length; at += options.batch) {
      const batch = spans.slice(at, at + options.batch)
      sending = sending.then(() => send(batch))
    }
  }

  return {
    add(span) {
      if (closed) return
      if (waiting.length >= options.queue) return complain({ queue: options.queue }, 'spans are dropped: the queue is full')
      waiting.push(span)
      if (waiting.length >= options.batch) flush()
      else timer ??= setTimeout(flush, options.delayMs).unref()
    },
    async close() {
      closed = true
      flush()
      await sending
    },
  }
}
