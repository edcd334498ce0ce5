import { Type } from 'typebox'
import type { SourceKind } from '../../src/source-kind.ts'
import { statistics } from '../../src/statistics.ts'
import type { App, Context } from '../context.ts'
import { cacheControl } from '../mosaic/tile-reply.ts'
import { placeRequest } from '../pictures/place-request.ts'
import { statisticsRequest } from '../pictures/statistics-request.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { PreviewPlace, StatisticsQuery } from '../schema/part-query.ts'
import { Render, Source } from '../schema/query.ts'

/** Statistics of a whole COG or item. */
export function statisticsRoutes(app: App, { engine, tiles, config }: Context, kind: SourceKind): void {
  const { rescale: _, return_mask: __, empty: ___, ...read } = Render
  const schema = {
    tags: ['Values'],
    summary: 'Statistics of the whole file, of its preview',
    querystring: Type.Object({ ...Source, ...PreviewPlace, ...StatisticsQuery, ...read }),
    response: { 200: jsonAnswer('Statistics', 'Statistics of every band.'), ...errorAnswers },
  }
  app.get('/statistics', { schema }, async (request, reply) => {
    const { query } = request
    const wanted = {
      ...pictureRequest(query, { kind, onError: config.onError }),
      ...placeRequest({ max_size: 1024, ...query }),
      statistics: statisticsRequest(query),
    }
    reply.header('cache-control', cacheControl(config.infoMaxAge, { secret: request.source.secret }))
    return tiles.run('statistics', wanted, request.signal, (stop) => statistics(engine, wanted, stop))
  })
}
