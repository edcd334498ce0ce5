import { Type } from 'typebox'
import type { App } from '../context.ts'
import { page } from '../pages/page.ts'

/** The description of this interface: as OpenAPI, and as a page to read and try. */
export function apiRoutes(app: App): void {
  const tags = ['Service']
  const html = page('api.html', '.')

  app.get(
    '/api',
    {
      schema: {
        tags,
        summary: 'OpenAPI description',
        response: {
          200: { description: 'OpenAPI 3.1', content: { 'application/vnd.oai.openapi+json': { schema: Type.Unknown() } } },
        },
      },
    },
    // Written by hand past the schema: the description is not cut to a shape.
    (_request, reply) =>
      reply.type('application/vnd.oai.openapi+json;version=3.1').serializer(String).send(JSON.stringify(app.swagger())),
  )
  app.get(
    '/api.html',
    {
      schema: {
        tags,
        summary: 'OpenAPI description as a page',
        response: { 200: { description: 'The page.', content: { 'text/html': { schema: Type.String() } } } },
      },
    },
    (_request, reply) => html(reply),
  )
}
