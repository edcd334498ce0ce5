import type { Counts } from '../../src/metrics/counts.ts'
import type { Metrics } from '../../src/metrics/metrics.ts'
import type { Trace } from '../../src/net/source.ts'
import type { App } from '../context.ts'
import { routePattern } from '../route-pattern.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Counts every answer and the stages of its picture. The library of metrics is loaded with the first one: it is no part of the start. */
export function countRequests(app: App, counts: Counts): () => Promise<Metrics> {
  let loading: Promise<Metrics> | undefined
  const metrics = (): Promise<Metrics> =>
    (loading ??= import('../../src/metrics/metrics.ts').then(({ createMetrics }) => createMetrics(counts)))
  /** Requests that share one picture are told its stages each. */
  const told = new WeakSet<Trace>()
  app.addHook('onResponse', async (request, reply) => {
    const { answered, stage } = await metrics()
    const { method, trace } = request
    const seconds = (performance.now() - request.startedAt) / 1000
    const label = METHODS.has(method) ? method : 'other'
    answered({ method: label, route: routePattern(request) ?? 'none', status: reply.statusCode, seconds })
    if (!trace || told.has(trace)) return
    told.add(trace)
    for (const [name, milliseconds] of trace.stages) stage(name, milliseconds)
  })
  return metrics
}
