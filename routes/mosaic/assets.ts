import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { crsFromUserInput, WGS84 } from '../../src/grid/crs.ts'
import { tileMatrixSet } from '../../src/grid/tms.ts'
import { transformBounds, transformer } from '../../src/grid/transformer.ts'
import type { ClientSource } from '../../src/http/client-source.ts'
import { assetsForBbox, assetsForPoint, assetsForTile } from '../../src/mosaic/search.ts'
import type { App, Context } from '../context.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { Box, Point, Tile, Tms } from '../schema/path.ts'
import { CoordCrs, Source } from '../schema/query.ts'
import { cacheControl } from './tile-reply.ts'

const NUMBER = '(^[^,/]+)'

/** Which assets lie at a place: bare JSON arrays of addresses. */
export function assetRoutes(app: App, { engine, config }: Context): void {
  const maxAssets = config.maxAssets
  const answer = (reply: FastifyReply, source: ClientSource, assets: readonly string[]) =>
    reply.header('cache-control', cacheControl(config.infoMaxAge, source)).send(assets.map(source.nameOf))
  const schema = {
    tags: ['Assets'],
    querystring: Type.Object({ ...Source, ...CoordCrs }),
    response: { 200: jsonAnswer('Assets', 'Addresses of the assets.'), ...errorAnswers },
  }

  app.get(
    '/tiles/:tileMatrixSetId/:z/:x/:y/assets',
    {
      schema: {
        ...schema,
        summary: 'Assets of a tile',
        querystring: Type.Object({ ...Source }),
        params: Type.Object({ ...Tms, ...Tile }),
      },
    },
    async ({ params, query, source, signal }, reply) => {
      const mosaic = await engine.mosaics.open(query.url, { signal })
      const assets = await assetsForTile(mosaic, tileMatrixSet(params.tileMatrixSetId), params.z, params.x, params.y, {
        maxAssets,
        signal,
      })
      return answer(reply, source, assets)
    },
  )

  app.get(
    `/point/:lon${NUMBER},:lat${NUMBER}/assets`,
    { schema: { ...schema, summary: 'Assets at a point', params: Type.Object(Point) } },
    async ({ params, query, source, signal }, reply) => {
      const crs = query.coord_crs == null ? WGS84 : crsFromUserInput(query.coord_crs, 'coord_crs')
      const [lon, lat] = transformer(crs, WGS84).forward(params.lon, params.lat)
      const mosaic = await engine.mosaics.open(query.url, { signal })
      const assets = await assetsForPoint(mosaic, lon, lat, { maxAssets, signal })
      return answer(reply, source, assets)
    },
  )

  app.get(
    `/bbox/:minx${NUMBER},:miny${NUMBER},:maxx${NUMBER},:maxy${NUMBER}/assets`,
    { schema: { ...schema, summary: 'Assets in a box', params: Type.Object(Box) } },
    async ({ params, query, source, signal }, reply) => {
      const crs = query.coord_crs == null ? WGS84 : crsFromUserInput(query.coord_crs, 'coord_crs')
      const bbox = transformBounds(crs, WGS84, [params.minx, params.miny, params.maxx, params.maxy])
      const mosaic = await engine.mosaics.open(query.url, { signal })
      const assets = await assetsForBbox(mosaic, bbox, { maxAssets, signal })
      return answer(reply, source, assets)
    },
  )
}
