import type { FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import { ParameterError } from '../../src/errors.ts'
import { type AddressBook, type ClientSource, clientSource } from '../../src/http/client-source.ts'
import { isRegisteredName } from '../../src/mosaic/registered.ts'
import type { App } from '../context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What `url` stands for, on routes that need one. */
    source: ClientSource
  }
}

/** On every route that needs a `url`: names and sealed addresses become what they stand for before anything else looks at them. */
export function sourceAddresses(app: App, book: AddressBook): void {
  app.decorateRequest('source')
  app.addHook('preHandler', async (request) => {
    const { schema, url: route = '' } = request.routeOptions
    const query = request.query as { url?: string }
    if (query.url === undefined || !(schema?.querystring as TObject | undefined)?.required?.includes('url')) return
    if (isRegisteredName(query.url) && /^\/(cog|stac)\//.test(route)) {
      throw new ParameterError('url', `url: ${query.url.slice(0, 80)} would be a mosaic: these are asked for under /mosaic`)
    }
    request.source = clientSource(query.url, book)
    query.url = request.source.address
  })
}

/** The request's own query, for links: as it came, but for a `url` that links may not repeat. */
export function linkQuery(request: FastifyRequest): URLSearchParams {
  // An address in it may have a question mark of its own.
  const query = new URLSearchParams(/\?(.*)$/s.exec(request.url)?.[1])
  // Routes without a `url` have no source.
  const link = (request.source as ClientSource | undefined)?.link
  if (link !== undefined && query.get('url') !== link) query.set('url', link)
  return query
}
