import { Type } from 'typebox'
import { ParameterError } from '../../src/errors.ts'
import { type GeoJsonFeature, parseFeatures } from '../../src/feature/geometry.ts'
import { featureStatistics } from '../../src/statistics.ts'
import { clientSignal } from '../../src/http/client-signal.ts'
import type { SourceKind } from '../../src/source-kind.ts'
import type { App, Context } from '../context.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { CoverScale, FeaturesBody, Place, StatisticsQuery } from '../schema/part-query.ts'
import { Render, Source } from '../schema/query.ts'
import { withGeoJsonBodies } from './geojson-body.ts'
import { placeRequest } from './place-request.ts'
import { statisticsRequest } from './statistics-request.ts'

/** Features that one request may ask for. */
const MAX_FEATURES = 1000

/** Statistics of what lies under GeoJSON features, in their properties. */
export function featureStatisticsRoutes(app: App, context: Context, kind: SourceKind): void {
  const { engine, tiles, config } = context
  const { rescale: _, return_mask: __, empty: ___, ...read } = Render
  const schema = {
    tags: ['Values'],
    summary: 'Statistics under GeoJSON features',
    querystring: Type.Object({ ...Source, ...Place, ...StatisticsQuery, ...CoverScale, ...read }),
    body: FeaturesBody,
    response: {
      200: jsonAnswer('FeatureStatistics', 'The features, with `statistics` in their properties.', 'application/geo+json'),
      204: Type.Null({ description: 'There is no asset under the feature.' }),
      ...errorAnswers,
    },
  }
  withGeoJsonBodies(app, context, (scope, bodyLimit) => {
    scope.post('/statistics', { schema, bodyLimit }, async (request, reply) => {
      const { query, body } = request
      const wanted = {
        ...pictureRequest(query, { kind, onError: config.onError }),
        ...placeRequest(query),
        statistics: statisticsRequest(query),
        coverScale: query.cover_scale ?? 10,
      }
      const features = parseFeatures(body, config)
      if (features.length > MAX_FEATURES) throw new ParameterError('body', `body: more than ${MAX_FEATURES} features`)
      const signal = clientSignal(reply.raw, config.timeout)
      const answered: GeoJsonFeature[] = []
      for (const feature of features) {
        const one = { ...wanted, geometry: feature.geometry }
        const { statistics, assets } = await tiles.run('statistics', one, signal, (stop) => featureStatistics(engine, one, stop))
        // As from titiler: one feature over nothing is no content.
        if (!statistics && isFeature(body)) return reply.code(204).send()
        const used = kind === 'mosaic' ? { used_assets: assets.map(request.source.nameOf) } : {}
        answered.push({ ...feature, properties: { ...feature.properties, statistics: statistics ?? {}, ...used } })
      }
      reply.type('application/geo+json').header('cache-control', 'no-store')
      return isFeature(body) ? answered[0] : { ...(body as object), features: answered }
    })
  })
}

function isFeature(body: unknown): boolean {
  return (body as { type?: unknown }).type === 'Feature'
}
