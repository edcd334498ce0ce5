import { Type } from 'typebox'
import packageJson from '../../package.json' with { type: 'json' }
import type { App, Context } from '../context.ts'

const Health = Type.Object({ status: Type.String({ examples: ['ok'] }), version: Type.String() })

/** Liveness and readiness, for orchestrators. */
export function healthRoutes(app: App, { state }: Context): void {
  const tags = ['Service']
  const { version } = packageJson

  app.get(
    '/healthz',
    { schema: { tags, summary: 'The process is alive', response: { 200: Health } } },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      return { status: 'ok', version }
    },
  )

  app.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'The server takes requests: started, and not being stopped',
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store').code(state.ready ? 200 : 503)
      return { status: state.ready ? 'ok' : 'not ready', version }
    },
  )
}
