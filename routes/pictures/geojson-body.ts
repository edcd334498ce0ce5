import type { App, Context } from '../context.ts'
import { ParameterError } from '../../src/errors.ts'

/** Room for a vertex in JSON, and for what stands around the vertices. */
const BYTES_A_VERTEX = 100
const BYTES_AROUND = 65_536

/** A scope whose bodies are JSON, under GeoJSON's media type too, as large as the vertices allowed may need. */
export function withGeoJsonBodies(app: App, { config }: Context, routes: (scope: App, bodyLimit: number) => void): void {
  void app.register(async (scope) => {
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser(['application/json', 'application/geo+json'], { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, JSON.parse(String(body)))
      } catch {
        done(new ParameterError('body', 'body: is not JSON'))
      }
    })
    routes(scope as unknown as App, config.maxVertices * BYTES_A_VERTEX + BYTES_AROUND)
  })
}
