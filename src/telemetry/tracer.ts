import { randomBytes } from 'node:crypto'
import type { StageListener } from '../net/source.ts'
import { createExporter, type Exporter, type ExporterLog } from './exporter.ts'
import type { TelemetryOptions } from './options.ts'
import { parseTraceparent } from './sampler.ts'

/** The span of one request, while it is being answered. */
export interface RequestSpan {
  readonly traceId: string
  /** Stages of its work become spans below it. */
  readonly onStage: StageListener
  end(outcome: {
    readonly name: string
    readonly failed: boolean
    readonly attributes: Readonly<Record<string, string | number>>
  }): void
}

export interface Tracer {
  /** undefined: this request is not sampled. @param traceparent header of the request @param start performance.now() */
  request(traceparent: string | undefined, start: number): RequestSpan | undefined
  close(): Promise<void>
}

/** Stages come with their times when they are over: nothing is held open for those of a request that is not sampled. */
export function createTracer(options: TelemetryOptions, log: ExporterLog): Tracer {
  const exporter = createExporter(options, log)
  return {
    request(traceparent, start) {
      const parent = parseTraceparent(traceparent)
      const traceId = parent?.traceId ?? randomBytes(16).toString('hex')
      return options.sampler(traceId, parent)
        ? requestSpan(exporter, { traceId, parentSpanId: parent?.spanId, start })
        : undefined
    },
    close: () => exporter.close(),
  }
}

function requestSpan(
  exporter: Exporter,
  { traceId, parentSpanId, start }: { readonly traceId: string; readonly parentSpanId?: string; readonly start: number },
): RequestSpan {
  const spanId = randomBytes(8).toString('hex')
  return {
    traceId,
    onStage(name, stageStart, stageEnd, asset) {
      const own = { traceId, spanId: randomBytes(8).toString('hex'), parentSpanId: spanId }
      const attributes: Record<string, string> = asset === undefined ? {} : { 'smalti.asset': asset }
      exporter.add({ ...own, name, kind: 'internal', start: stageStart, end: stageEnd, attributes })
    },
    end: (outcome) => exporter.add({ traceId, spanId, parentSpanId, kind: 'server', start, end: performance.now(), ...outcome }),
  }
}
