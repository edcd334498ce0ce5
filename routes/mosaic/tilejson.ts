import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { DEFAULT_TMS, tileMatrixSet } from '../../src/grid/tms.ts'
import { tileJson } from '../../src/tilejson.ts'
import type { App, Context } from '../context.ts'
import { linkQuery } from '../hooks/source.ts'
import { linkCacheControl } from './tile-reply.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { Tms } from '../schema/path.ts'
import { Render, Source, TileJsonOnly, TileRead } from '../schema/query.ts'

const Query = Type.Object({ ...Source, ...TileJsonOnly, ...TileRead, ...Render })

/** TileJSON 3.0.0, with and without a tile matrix set in the path. */
export function tileJsonRoutes(app: App, context: Context, prefix: string): void {
  const schema = {
    tags: ['TileJSON'],
    summary: 'TileJSON 3.0.0',
    description:
      'Tile addresses, zooms and bounds of a mosaic. All render parameters of the request are carried into the tile addresses.',
    querystring: Query,
    response: { 200: jsonAnswer('TileJson', 'TileJSON 3.0.0.'), ...errorAnswers },
  }
  app.get('/tilejson.json', { schema }, (request, reply) => answer(context, prefix, DEFAULT_TMS, request, reply))
  app.get('/:tileMatrixSetId/tilejson.json', { schema: { ...schema, params: Type.Object(Tms) } }, (request, reply) =>
    answer(context, prefix, request.params.tileMatrixSetId, request, reply),
  )
}

async function answer({ config, engine }: Context, prefix: string, tmsId: string, request: FastifyRequest, reply: FastifyReply) {
  const query = request.query as Static<typeof Query>
  // What the tiles would refuse is refused here, where a person sees it.
  pictureRequest(query, { kind: 'mosaic', onError: config.onError })
  const mosaic = await engine.mosaics.open(query.url, { signal: request.signal })
  reply.header('cache-control', linkCacheControl(config.infoMaxAge, request.source))
  return tileJson(mosaic.info, {
    base: `${request.baseUrl}${prefix}`,
    query: linkQuery(request),
    tms: tileMatrixSet(tmsId),
    tileFormat: query.tile_format,
    tilesize: query.tilesize ?? 512,
    minzoom: query.minzoom,
    maxzoom: query.maxzoom,
  })
}
