import type { FastifyRequest } from 'fastify'
import { stageListener } from '../../src/net/source.ts'
import type { RequestSpan, Tracer } from '../../src/telemetry/tracer.ts'
import type { App } from '../context.ts'
import { routePattern } from '../route-pattern.ts'

/** A span for every request that is sampled, and below it one for each stage of the work that is done for it. */
export function traceRequests(app: App, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, RequestSpan>()
  app.addHook('onRequest', async (request) => {
    const span = tracer.request(request.headers.traceparent as string | undefined, performance.now())
    if (!span) return
    spans.set(request, span)
    request.facts.traceId = span.traceId
  })
  // Not before: what reads a body loses the context.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request)
    if (span) stageListener.run(span.onStage, done)
    else done()
  })
  const end = (request: FastifyRequest, status: number): void => {
    const { method } = request
    const route = routePattern(request)
    spans.get(request)?.end({
      name: route === undefined ? method : `${method} ${route}`,
      failed: status >= 500,
      attributes: {
        'http.request.method': method,
        ...(route !== undefined && { 'http.route': route }),
        'url.path': request.url.split('?', 1)[0],
        'http.response.status_code': status,
      },
    })
  }
  app.addHook('onResponse', async (request, reply) => end(request, reply.statusCode))
  app.addHook('onRequestAbort', async (request) => end(request, 499))
  app.addHook('onClose', () => tracer.close())
}
