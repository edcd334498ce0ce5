import type { FastifyRequest } from 'fastify'
import { withoutSecrets } from '../../src/http/secrets.ts'
import type { Written } from '../../src/writing/mosaic-writer.ts'
import type { App, Context } from '../context.ts'
import { lazyValidator } from '../lazy-validator.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, of routes that only writers may use. */
    writer?: string
    /** What became of the mosaic, for the audit line. */
    written?: Written
    /** Code of the error that answers it. */
    fault?: string
    /** The job that was begun: it says itself what came of it. */
    job?: string
  }
}

/**
 * A scope whose routes only writers may use. Who asks is known before anything of the body is read. Bodies are bytes: what they are is
 * seen by themselves, and said by whoever reads them. One line of the log a write, refused ones included.
 */
export function writersOnly(app: App, { writing }: Context, routes: (scope: App) => void): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    const compile = lazyValidator()
    scope.setValidatorCompiler((part) => (part.httpPart === 'body' ? () => true : compile(part)))
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store')
      request.writer = await writing.authority.writer(request.headers.authorization)
    })
    scope.addHook('onError', async (request, _reply, error) => {
      request.fault = error.code
    })
    scope.addHook('onResponse', async (request, { statusCode }) => {
      if (request.method !== 'GET' && request.method !== 'HEAD' && request.job === undefined) audit(request, statusCode)
    })
    routes(scope as unknown as App)
  })
}

function audit(request: FastifyRequest, status: number): void {
  const { url } = (request.query ?? {}) as { url?: unknown }
  const { before, after } = request.written ?? {}
  request.log.info(
    {
      audit: true,
      who: request.writer ?? 'nobody',
      method: request.method,
      path: request.url.split('?')[0],
      source: typeof url === 'string' ? withoutSecrets(url) : undefined,
      before,
      after,
      status,
      code: request.fault,
      result: status < 400 ? 'done' : status === 401 || status === 403 ? 'refused' : 'failed',
    },
    'write',
  )
}
