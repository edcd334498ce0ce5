import { Type } from 'typebox'
import { cogFeature, cogInfo } from '../../src/cog-info.ts'
import { crsFromUserInput, WGS84 } from '../../src/grid/crs.ts'
import type { ClientSource } from '../../src/http/client-source.ts'
import type { App, Context } from '../context.ts'
import { cacheControl } from '../mosaic/tile-reply.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { InfoCrs, Source } from '../schema/query.ts'

/** What a COG is, plain and as GeoJSON. */
export function infoRoutes(app: App, { engine, config }: Context): void {
  const tags = ['COG']
  const cached = (source: ClientSource) => cacheControl(config.infoMaxAge, source)

  app.get(
    '/info',
    {
      schema: {
        tags,
        summary: 'Info',
        querystring: Type.Object({ ...Source }),
        response: { 200: jsonAnswer('CogInfo', 'What the file is.'), ...errorAnswers },
      },
    },
    async ({ query, source, signal }, reply) => {
      const cog = await engine.cogs.open(query.url, { signal })
      return reply.header('cache-control', cached(source)).send(cogInfo(cog))
    },
  )

  app.get(
    '/info.geojson',
    {
      schema: {
        tags,
        summary: 'Info as a GeoJSON feature: the outline of the file',
        querystring: Type.Object({ ...Source, ...InfoCrs }),
        response: { 200: jsonAnswer('CogInfoGeoJson', 'What the file is, as GeoJSON.', 'application/geo+json'), ...errorAnswers },
      },
    },
    async ({ query, source, signal }, reply) => {
      const crs = query.crs == null ? WGS84 : crsFromUserInput(query.crs, 'crs')
      const cog = await engine.cogs.open(query.url, { signal })
      return reply.header('cache-control', cached(source)).type('application/geo+json').send(cogFeature(cog, crs))
    },
  )
}
