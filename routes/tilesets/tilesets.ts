import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { crsFromUserInput } from '../../src/grid/crs.ts'
import { tileMatrixSet } from '../../src/grid/tms.ts'
import { tileSource } from '../../src/tile-source.ts'
import { tileset, tilesetList, type TilesetLinks } from '../../src/tilesets.ts'
import type { SourceKind } from '../../src/source-kind.ts'
import type { App, Context } from '../context.ts'
import { linkQuery } from '../hooks/source.ts'
import { linkCacheControl } from '../mosaic/tile-reply.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { Tms } from '../schema/path.ts'
import { InfoCrs, Render, Source, TileJsonOnly, TileRead } from '../schema/query.ts'

const { minzoom, maxzoom } = TileJsonOnly

/** OGC API Tiles: which tilesets there are, and each of them. */
export function tilesetRoutes(app: App, { engine, config }: Context, prefix: string, kind: SourceKind): void {
  const tags = ['Tilesets']
  app.get(
    '/tiles',
    {
      config: { page: { title: 'Tilesets' } },
      schema: {
        tags,
        summary: 'Tilesets, one for every tile matrix set (OGC API Tiles)',
        querystring: Type.Object({ ...Source, ...InfoCrs }),
        response: { 200: jsonAnswer('TilesetList', 'The tilesets.'), ...errorAnswers },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', linkCacheControl(config.infoMaxAge, request.source))
      const source = await tileSource(engine, kind, request.query.url, request.signal)
      const crs = request.query.crs == null ? undefined : crsFromUserInput(request.query.crs, 'crs')
      return tilesetList(source, links(request, prefix, ['crs', 'f']), crs)
    },
  )
  app.get(
    '/tiles/:tileMatrixSetId',
    {
      config: { page: { above: 'Tilesets' } },
      schema: {
        tags,
        summary: 'One tileset (OGC API Tiles)',
        description: 'Render parameters are carried into the links.',
        params: Type.Object(Tms),
        querystring: Type.Object({ ...Source, ...TileRead, ...Render, minzoom, maxzoom }),
        response: { 200: jsonAnswer('Tileset', 'The tileset.'), ...errorAnswers },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', linkCacheControl(config.infoMaxAge, request.source))
      const source = await tileSource(engine, kind, request.query.url, request.signal)
      const tms = tileMatrixSet(request.params.tileMatrixSetId)
      // titiler's own prefixes answer what titiler answers, to the letter.
      const items = prefix === '/mosaic'
      return tileset(source, tms, { ...links(request, prefix, ['f']), items }, request.query)
    },
  )
}

/** The request's own query is carried over, but for what only lists take. */
export function links(request: FastifyRequest, prefix: string, without: readonly string[]): TilesetLinks {
  const query = linkQuery(request)
  for (const name of without) query.delete(name)
  return { root: request.baseUrl, base: `${request.baseUrl}${prefix}`, query: query.size > 0 ? `?${query}` : '' }
}
