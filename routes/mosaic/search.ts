import type { FastifyRequest } from 'fastify'
import { type TObject, Type } from 'typebox'
import { ParameterError } from '../../src/errors.ts'
import { checkedSearch, isStac, parseStac, printStac } from '../../src/stores/stac-address.ts'
import type { App } from '../context.ts'

const zoom = (which: string) =>
  Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 30,
      description: `Of a STAC search (\`url=stac+https://…\`): ${which}. Needed there.`,
      examples: [9],
    }),
  )

/** Parameters of a STAC search. */
const Search = {
  search: Type.Optional(
    Type.String({
      maxLength: 8192,
      description:
        'Of a STAC search: its JSON body with collections, datetime, bbox, intersects, query, filter, fields, sortby, ids.',
      examples: ['{"collections":["sentinel-2-l2a"],"datetime":"2024-06-01T00:00:00Z/2024-06-30T23:59:59Z"}'],
    }),
  ),
  stac_minzoom: zoom('lowest zoom, which is also that of the quadkeys'),
  stac_maxzoom: zoom('highest zoom'),
  max_items: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Of a STAC search: items that are wanted at most.', examples: [500] }),
  ),
  page_limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Of a STAC search: items of one page. Default 250, or the `limit` in `search`.',
      examples: [250],
    }),
  ),
  accessor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: "Of a STAC search: where an item has the asset's address. Default: its self link.",
      examples: ['assets.B01.href'],
    }),
  ),
}

interface SearchQuery {
  url?: string
  readonly search?: string
  readonly stac_minzoom?: number
  readonly stac_maxzoom?: number
  readonly max_items?: number
  readonly page_limit?: number
  readonly accessor?: string
}

/** Every route of a mosaic takes the parameters of a STAC search, and from there on they are part of its address. */
export function searchParameters(app: App): void {
  app.addHook('onRoute', (route) => {
    const query = route.schema?.querystring as TObject | undefined
    if (query?.properties?.url) route.schema = { ...route.schema, querystring: Type.Object({ ...query.properties, ...Search }) }
  })
  app.addHook('preHandler', async (request: FastifyRequest) => {
    const query = request.query as SearchQuery
    if (query.url !== undefined && isStac(query.url)) query.url = addressOf(query.url, query)
  })
}

/** @throws ParameterError */
function addressOf(url: string, query: SearchQuery): string {
  const { href, search } = parseStac(url)
  const given = {
    query: query.search === undefined ? search?.query : objectOf(query.search),
    minzoom: query.stac_minzoom ?? search?.minzoom,
    maxzoom: query.stac_maxzoom ?? search?.maxzoom,
    maxItems: query.max_items ?? search?.maxItems,
    limit: query.page_limit ?? search?.limit,
    accessor: query.accessor ?? search?.accessor,
  }
  return printStac({ href, search: checkedSearch(given) })
}

function objectOf(text: string): Record<string, unknown> {
  try {
    // checkedSearch says what is no object.
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    throw new ParameterError('search', 'search must be a JSON object: the body of a STAC search')
  }
}
