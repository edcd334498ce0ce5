import { cacheControl } from '../mosaic/tile-reply.ts'
import type { App } from '../context.ts'
import { addVary } from './vary.ts'

const FORWARDING = ['Forwarded', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Prefix']

/**
 * What every answer says to caches where its route says nothing: errors are not kept, and lists that only change with the program are
 * kept as long as any information. Behind a proxy, text may carry the address that the proxy says.
 */
export function ruleCaching(app: App, config: { readonly infoMaxAge: number; readonly trustProxy: readonly string[] }): void {
  app.addHook('onSend', ({ method }, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) {
      const kept = (method === 'GET' || method === 'HEAD') && reply.statusCode === 200
      reply.header('cache-control', kept ? cacheControl(config.infoMaxAge, { secret: false }) : 'no-store')
    }
    const hasText = /json|xml|html/.test(String(reply.getHeader('content-type') ?? ''))
    if (config.trustProxy.length > 0 && hasText && reply.statusCode < 400) addVary(reply, ...FORWARDING)
    done(null, payload)
  })
}
