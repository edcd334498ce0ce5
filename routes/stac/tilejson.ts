import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { DEFAULT_TMS, tileMatrixSet } from '../../src/grid/tms.ts'
import { chooseAssets } from '../../src/stac/asset-options.ts'
import { itemSource } from '../../src/stac/item-source.ts'
import { tileJson } from '../../src/tilejson.ts'
import type { App, Context } from '../context.ts'
import { linkQuery } from '../hooks/source.ts'
import { linkCacheControl } from '../mosaic/tile-reply.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { Tms } from '../schema/path.ts'
import { Render, Source, TileJsonOnly, TileRead } from '../schema/query.ts'

const Query = Type.Object({ ...Source, ...TileJsonOnly, ...TileRead, ...Render })

/** TileJSON 3.0.0 of an item, by what it says of its assets: none of them is opened. */
export function tileJsonRoutes(app: App, context: Context, prefix: string): void {
  const schema = {
    tags: ['TileJSON'],
    summary: 'TileJSON 3.0.0',
    description:
      'Tile addresses, zooms and bounds of an item. All render parameters of the request are carried into the tile addresses.',
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
  const { assets = [] } = pictureRequest(query, { kind: 'stac', onError: config.onError })
  const item = await engine.items.open(query.url, { signal: request.signal })
  chooseAssets(item, assets, item.name)
  const { name, bounds, zooms } = itemSource(item)
  const tms = tileMatrixSet(tmsId)
  const { minzoom, maxzoom } = zooms(tms)
  reply.header('cache-control', linkCacheControl(config.infoMaxAge, request.source))
  return tileJson(
    { name, bounds, minzoom, maxzoom, tileMatrixSet: tms.id },
    {
      base: `${request.baseUrl}${prefix}`,
      query: linkQuery(request),
      tms,
      tileFormat: query.tile_format,
      tilesize: query.tilesize ?? 512,
      minzoom: query.minzoom,
      maxzoom: query.maxzoom,
    },
  )
}
