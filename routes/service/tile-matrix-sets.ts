import { Type } from 'typebox'
import { TILE_MATRIX_SETS, tileMatrixSet } from '../../src/grid/tms.ts'
import type { App } from '../context.ts'
import { component } from '../schema/answers.ts'
import { Tms } from '../schema/path.ts'

const Link = Type.Object({ href: Type.String(), rel: Type.String(), type: Type.String(), title: Type.String() })
const List = Type.Object({
  tileMatrixSets: Type.Array(Type.Object({ id: Type.String(), title: Type.Optional(Type.String()), links: Type.Array(Link) })),
})
const Definition = Type.Object(
  {
    id: Type.String(),
    title: Type.Optional(Type.String()),
    crs: Type.String(),
    orderedAxes: Type.Array(Type.String()),
    tileMatrices: Type.Array(Type.Object({ id: Type.String() }, { additionalProperties: true })),
  },
  { additionalProperties: true, description: 'The definition in the JSON encoding of OGC 17-083r4.' },
)

/** Grids that tiles can be asked for in: the list, and their definitions. */
export function tileMatrixSetRoutes(app: App): void {
  const tags = ['Service']
  const list = { tags, summary: 'Tile matrix sets', response: { 200: List } }
  app.get('/tileMatrixSets', { config: { page: { title: 'Tile matrix sets' } }, schema: list }, async (request) => ({
    tileMatrixSets: TILE_MATRIX_SETS.map((id) => ({
      id,
      title: tileMatrixSet(id).definition.title,
      links: [
        {
          href: `${request.baseUrl}/tileMatrixSets/${id}`,
          rel: 'http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme',
          type: 'application/json',
          title: `Definition of ${id} tileMatrixSet`,
        },
      ],
    })),
  }))
  app.get(
    '/tileMatrixSets/:tileMatrixSetId',
    {
      config: { page: { above: 'Tile matrix sets' } },
      schema: {
        tags,
        summary: 'A tile matrix set',
        params: Type.Object(Tms),
        response: { 200: Definition, 422: component('Error') },
      },
    },
    async (request) => tileMatrixSet(request.params.tileMatrixSetId).definition,
  )
}
