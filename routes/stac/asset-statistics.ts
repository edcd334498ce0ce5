import { Type } from 'typebox'
import { assetStatistics } from '../../src/statistics.ts'
import type { App, Context } from '../context.ts'
import { cacheControl } from '../mosaic/tile-reply.ts'
import { placeRequest } from '../pictures/place-request.ts'
import { statisticsRequest } from '../pictures/statistics-request.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { PreviewPlace, StatisticsQuery } from '../schema/part-query.ts'
import { Render, Source } from '../schema/query.ts'

/** Statistics of assets, each by itself. */
export function assetStatisticsRoutes(app: App, { engine, tiles, config }: Context): void {
  const { nodata, unscale, resampling, reproject, on_error } = Render
  const read = { nodata, unscale, resampling, reproject, on_error }
  const schema = {
    tags: ['Values'],
    summary: 'Statistics of each asset, of its preview',
    querystring: Type.Object({ ...Source, ...PreviewPlace, ...StatisticsQuery, ...read }),
    response: { 200: jsonAnswer('AssetStatistics', 'Statistics of every band, by the names of the assets.'), ...errorAnswers },
  }
  app.get('/asset_statistics', { schema }, async (request, reply) => {
    const { query } = request
    const wanted = {
      ...pictureRequest(query, { kind: 'stac', onError: config.onError }),
      ...placeRequest({ max_size: 1024, ...query }),
      expression: undefined,
      statistics: statisticsRequest(query),
    }
    reply.header('cache-control', cacheControl(config.infoMaxAge, { secret: request.source.secret }))
    return tiles.run('asset_statistics', wanted, request.signal, (stop) => assetStatistics(engine, wanted, stop))
  })
}
