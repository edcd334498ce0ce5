import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { Counts } from '../../src/metrics/counts.ts'
import type { Metrics } from '../../src/metrics/metrics.ts'
import type { Trace } from '../../src/net/source.ts'
import type { App } from '../context.ts'
import { routePattern } from '../route-pattern.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** The library of metrics is loaded so long after the first answer, or when it is asked for: those right after a start do not wait for it. */
const LATER_MS = 1000

/** Counts every answer and the stages of its picture. */
export function countRequests(app: App, counts: Counts): () => Promise<Metrics> {
  const asked = Promise.withResolvers<void>()
  let loading: Promise<Metrics> | undefined
  const loaded = (): Promise<Metrics> => (loading ??= load())
  async function load(): Promise<Metrics> {
    await Promise.race([asked.promise, sleep(LATER_MS, undefined, { ref: false })])
    const { createMetrics } = await import('../../src/metrics/metrics.ts')
    return createMetrics(counts)
  }
  /** Requests that share one picture are told its stages each. */
  const told = new WeakSet<Trace>()
  async function count(request: FastifyRequest, status: number): Promise<void> {
    const seconds = (performance.now() - request.startedAt) / 1000
    const { answered, stage } = await loaded()
    const { method, trace } = request
    const label = METHODS.has(method) ? method : 'other'
    answered({ method: label, route: routePattern(request) ?? 'none', status, seconds })
    if (!trace || told.has(trace)) return
    told.add(trace)
    for (const [name, milliseconds] of trace.stages) stage(name, milliseconds)
  }
  app.addHook('onResponse', (request, reply, done) => {
    count(request, reply.statusCode).catch((error: unknown) => request.log.error({ err: error }, 'not counted'))
    // The hooks after this one do not wait for the library.
    done()
  })
  return () => {
    asked.resolve()
    return loaded()
  }
}
