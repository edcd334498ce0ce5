import { Type } from 'typebox'
import type { App } from '../context.ts'
import { page } from '../pages/page.ts'
import { Tms } from '../schema/path.ts'
import { Source } from '../schema/query.ts'

const html = { 200: { description: 'The page.', content: { 'text/html': { schema: Type.String() } } } }

/** The viewer. The page itself asks for the TileJSON and says what is wrong with it, so a bad `url` still opens the page. */
export function mapRoutes(app: App): void {
  const schema = {
    tags: ['Map'],
    summary: 'Viewer page',
    querystring: Type.Object({ url: Type.Optional(Source.url) }),
    response: html,
  }
  const short = page('map.html', '..')
  const long = page('map.html', '../..')
  app.get('/map', { schema }, (_request, reply) => short(reply))
  app.get('/:tileMatrixSetId/map.html', { schema: { ...schema, params: Type.Object(Tms) } }, (_request, reply) => long(reply))
}
