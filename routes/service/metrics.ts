import { Type } from 'typebox'
import type { Metrics } from '../../src/metrics/metrics.ts'
import type { App } from '../context.ts'

/** What the process does, for Prometheus. */
export function metricsRoutes(app: App, metrics: () => Promise<Metrics>): void {
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['Service'],
        summary: 'Metrics',
        description: 'In the text format of Prometheus. No metric names an address; see docs/operation.md.',
        response: {
          200: { description: 'The metrics.', content: { 'text/plain': { schema: Type.String() } } },
        },
      },
    },
    async (_request, reply) => {
      const { text, contentType } = await metrics()
      return reply
        .header('cache-control', 'no-store')
        .type(contentType)
        .send(await text())
    },
  )
}
