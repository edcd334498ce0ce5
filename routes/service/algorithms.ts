import { Type } from 'typebox'
import { algorithmMetadata } from '../../src/algorithms/metadata.ts'
import { type AlgorithmName, algorithms } from '../../src/algorithms/registry.ts'
import type { App } from '../context.ts'
import { component } from '../schema/answers.ts'

const NAMES = Object.keys(algorithms) as AlgorithmName[]

const Name = Type.Object({
  algorithmId: Type.Unsafe<AlgorithmName>({
    type: 'string',
    enum: NAMES,
    description: 'Algorithm, by its name.',
    examples: ['hillshade'],
  }),
})
const Link = Type.Object({ href: Type.String(), rel: Type.String(), type: Type.String(), title: Type.String() })
const List = Type.Object({
  algorithms: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), links: Type.Array(Link) })),
})
const nullable = <const T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])
const Metadata = Type.Object({
  title: Type.String(),
  description: Type.String(),
  inputs: Type.Object({ nbands: nullable(Type.Integer()) }),
  outputs: Type.Object({
    nbands: nullable(Type.Integer()),
    dtype: nullable(Type.String()),
    min: nullable(Type.Array(Type.Number())),
    max: nullable(Type.Array(Type.Number())),
  }),
  parameters: Type.Record(Type.String(), Type.Unknown(), { description: 'Parameters of `algorithm_params`, in JSON Schema.' }),
})

/** What can be made of the values of a picture: the list, and what each one takes. */
export function algorithmRoutes(app: App): void {
  const tags = ['Service']
  const list = { tags, summary: 'Algorithms', response: { 200: List } }
  app.get('/algorithms', { config: { page: { title: 'Algorithms' } }, schema: list }, async (request) => ({
    algorithms: NAMES.map((id) => ({
      id,
      title: algorithms[id].title,
      links: [
        {
          href: `${request.baseUrl}/algorithms/${id}`,
          rel: 'item',
          type: 'application/json',
          title: `Definition of ${id} Algorithm`,
        },
      ],
    })),
  }))
  app.get(
    '/algorithms/:algorithmId',
    {
      config: { page: { above: 'Algorithms' } },
      schema: { tags, summary: 'An algorithm', params: Name, response: { 200: Metadata, 422: component('Error') } },
    },
    async (request) => algorithmMetadata(request.params.algorithmId),
  )
}
