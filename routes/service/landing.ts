import { Type } from 'typebox'
import packageJson from '../../package.json' with { type: 'json' }
import type { App } from '../context.ts'
import { page } from '../pages/page.ts'

const Link = Type.Object({ rel: Type.String(), href: Type.String(), type: Type.String(), title: Type.String() })
const Landing = Type.Object({ title: Type.String(), description: Type.String(), links: Type.Array(Link) })

const LINKS = [
  { path: '/', rel: 'self', type: 'application/json', title: 'This page' },
  { path: '/api', rel: 'service-desc', type: 'application/vnd.oai.openapi+json;version=3.1', title: 'OpenAPI description' },
  { path: '/api.html', rel: 'service-doc', type: 'text/html', title: 'The interface, to read and try' },
  { path: '/conformance', rel: 'conformance', type: 'application/json', title: 'Conformance classes' },
  {
    path: '/tileMatrixSets',
    rel: 'http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes',
    type: 'application/json',
    title: 'Tile matrix sets',
  },
  { path: '/algorithms', rel: 'data', type: 'application/json', title: 'Algorithms' },
  { path: '/mosaic/map', rel: 'viewer', type: 'text/html', title: 'Map of a mosaic' },
  { path: '/healthz', rel: 'status', type: 'application/json', title: 'Health' },
]

/** What there is: a page for people, links for programs. */
export function landingRoutes(app: App): void {
  const html = page('landing.html', '.')
  app.get(
    '/',
    {
      schema: {
        tags: ['Service'],
        summary: 'Landing page',
        response: {
          200: {
            description: 'Links.',
            content: { 'application/json': { schema: Landing }, 'text/html': { schema: Type.String() } },
          },
        },
      },
    },
    async (request, reply) => {
      reply.header('vary', 'accept')
      if (/\btext\/html\b/.test(request.headers.accept ?? '')) return html(reply)
      const links = LINKS.map(({ path, ...link }) => ({ ...link, href: `${request.baseUrl}${path}` }))
      return reply.send({ title: packageJson.name, description: packageJson.description, links })
    },
  )
}
