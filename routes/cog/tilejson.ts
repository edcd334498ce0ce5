import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { cogInfo } from '../../src/cog-info.ts'
import { boundsIn } from '../../src/grid/geographic-box.ts'
import { DEFAULT_TMS, tileMatrixSet } from '../../src/grid/tms.ts'
import { zoomRange } from '../../src/grid/zoom-range.ts'
import { tileJson } from '../../src/tilejson.ts'
import type { App, Context } from '../context.ts'
import { linkQuery } from '../hooks/source.ts'
import { linkCacheControl } from '../mosaic/tile-reply.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { Tms } from '../schema/path.ts'
import { Render, Source, TileJsonOnly, TileRead } from '../schema/query.ts'

const Query = Type.Object({ ...Source, ...TileJsonOnly, ...TileRead, ...Render })

/** TileJSON 3.0.0 of a COG, with what titiler's says of the bands. */
export function tileJsonRoutes(app: App, context: Context, prefix: string): void {
  const schema = {
    tags: ['TileJSON'],
    summary: 'TileJSON 3.0.0',
    description:
      'Tile addresses, zooms and bounds of a file. All render parameters of the request are carried into the tile addresses.',
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
  pictureRequest(query, { kind: 'cog', onError: config.onError })
  const cog = await engine.cogs.open(query.url, { signal: request.signal })
  const tms = tileMatrixSet(tmsId)
  const { info } = cog
  const source = {
    ...zoomRange(info, info.crs, tms),
    name: nameOf(query.url),
    bounds: boundsIn(info, info.crs),
    tileMatrixSet: tms.id,
  }
  reply.header('cache-control', linkCacheControl(config.infoMaxAge, request.source))
  const { band_descriptions, dtype, minmax } = cogInfo(cog)
  return {
    ...tileJson(source, {
      base: `${request.baseUrl}${prefix}`,
      query: linkQuery(request),
      tms,
      tileFormat: query.tile_format,
      tilesize: query.tilesize ?? 512,
      minzoom: query.minzoom,
      maxzoom: query.maxzoom,
    }),
    band_descriptions,
    data_type: dtype,
    minmax,
  }
}

/** The file's name, without its folder and its ending. */
function nameOf(url: string): string {
  const file = url.split(/[?#]/, 1)[0].split('/').pop() ?? ''
  return file.replace(/\.[^.]*$/, '') || 'cog'
}
