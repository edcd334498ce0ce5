import type { FastifyRequest } from 'fastify'
import { SmaltiError } from '../../src/errors.ts'
import type { App, Context } from '../context.ts'

const NO_CACHE = /(^|,)\s*no-cache\s*(,|$)/i

/**
 * `Cache-Control: no-cache` by a writer: the mosaic is looked at where it lies before it is answered from. Of others it is ignored, so
 * that nobody can make the server ask its upstreams all the time.
 */
export function revalidateOnDemand(app: App, { engine, writing }: Context): void {
  const mayAsk = ({ headers }: FastifyRequest): Promise<boolean> =>
    writing.authority.writer(headers.authorization).then(
      () => true,
      (error: unknown) => {
        if (error instanceof SmaltiError) return false
        throw error
      },
    )
  app.addHook('preHandler', async (request) => {
    const { method, headers } = request
    if ((method !== 'GET' && method !== 'HEAD') || !NO_CACHE.test(headers['cache-control'] ?? '')) return
    const { url } = request.query as { url?: string }
    if (url === undefined || headers.authorization === undefined || !(await mayAsk(request))) return
    await engine.mosaics.revalidate(url, { signal: request.signal })
  })
}
