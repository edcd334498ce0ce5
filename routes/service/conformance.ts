import { Type } from 'typebox'
import type { App } from '../context.ts'

const COMMON = ['core', 'landing-page', 'json', 'html'].map(
  (name) => `http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/${name}`,
)
const TILES = ['core', 'tileset', 'tilesets-list', 'png', 'jpeg', 'tiff'].map(
  (name) => `http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/${name}`,
)

/** Classes of the OGC's standards that the server conforms to. */
export function conformanceRoutes(app: App): void {
  app.get(
    '/conformance',
    {
      config: { page: { title: 'Conformance' } },
      schema: {
        tags: ['Service'],
        summary: 'Conformance classes',
        response: { 200: Type.Object({ conformsTo: Type.Array(Type.String()) }) },
      },
    },
    async () => ({ conformsTo: [...COMMON, ...TILES] }),
  )
}
