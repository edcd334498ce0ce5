import { Type } from 'typebox'
import { crsFromUserInput, WGS84 } from '../../src/grid/crs.ts'
import type { ClientSource } from '../../src/http/client-source.ts'
import { mosaicFeature, mosaicInfo } from '../../src/mosaic/info.ts'
import type { App, Context } from '../context.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { InfoCrs, Source } from '../schema/query.ts'
import { cacheControl } from './tile-reply.ts'

/** What a mosaic is: its info, and the same as GeoJSON. */
export function infoRoutes(app: App, { engine, config }: Context): void {
  const tags = ['Mosaic']
  const cached = (source: ClientSource) => ({ 'cache-control': cacheControl(config.infoMaxAge, source) })

  app.get(
    '/info',
    {
      schema: {
        tags,
        summary: 'Info',
        querystring: Type.Object({ ...Source }),
        response: { 200: jsonAnswer('Info', 'What the mosaic is.'), ...errorAnswers },
      },
    },
    async (request, reply) => {
      const mosaic = await engine.mosaics.open(request.query.url, { signal: request.signal })
      reply.headers(cached(request.source))
      return mosaicInfo(mosaic.info)
    },
  )

  app.get(
    '/info.geojson',
    {
      schema: {
        tags,
        summary: 'Info as a GeoJSON feature: the outline of the mosaic',
        querystring: Type.Object({ ...Source, ...InfoCrs }),
        response: {
          200: jsonAnswer('InfoGeoJson', 'What the mosaic is, as GeoJSON.', 'application/geo+json'),
          ...errorAnswers,
        },
      },
    },
    async (request, reply) => {
      const { url, crs } = request.query
      const wanted = crs == null ? WGS84 : crsFromUserInput(crs, 'crs')
      const mosaic = await engine.mosaics.open(url, { signal: request.signal })
      return reply.headers(cached(request.source)).type('application/geo+json').send(mosaicFeature(mosaic.info, wanted))
    },
  )
}
