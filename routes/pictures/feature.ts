import { Type } from 'typebox'
import { feature } from '../../src/feature.ts'
import { parseFeature } from '../../src/feature/geometry.ts'
import type { SourceKind } from '../../src/source-kind.ts'
import type { App, Context } from '../context.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers } from '../schema/answers.ts'
import { FeatureBody, Place, SizePath } from '../schema/part-query.ts'
import { Format } from '../schema/path.ts'
import { pictureAnswers } from '../schema/picture-answers.ts'
import { Render, Source } from '../schema/query.ts'
import { answerPicture } from './answer.ts'
import { withGeoJsonBodies } from './geojson-body.ts'
import { blankSize, placeRequest } from './place-request.ts'

const FORMAT = '.:format(^\\w+)'
const SIZE = '/:width(^\\d+)x:height(^\\d+)'

const TAILS = [
  { tail: '', params: {} },
  { tail: FORMAT, params: Format },
  { tail: SIZE, params: SizePath },
  { tail: `${SIZE}${FORMAT}`, params: { ...SizePath, ...Format } },
] as const

interface Path {
  readonly width?: number
  readonly height?: number
  readonly format?: string
}

/** Pictures cut out by a GeoJSON feature. */
export function featureRoutes(app: App, context: Context, kind: SourceKind): void {
  const { engine, tiles, config } = context
  withGeoJsonBodies(app, context, (scope, bodyLimit) => {
    for (const { tail, params } of TAILS) {
      const schema = {
        tags: ['Pictures'],
        summary: 'Picture cut out by a GeoJSON feature',
        params: Type.Object(params),
        querystring: Type.Object({ ...Source, ...Place, ...Render }),
        body: FeatureBody,
        response: { ...pictureAnswers, ...errorAnswers },
      }
      scope.post(`/feature${tail}`, { schema, bodyLimit }, (request, reply) => {
        const { format, ...size } = request.params as Path
        const place = placeRequest(request.query, size)
        const { geometry } = parseFeature(request.body, config)
        const wanted = { ...pictureRequest(request.query, { kind, format, onError: config.onError }), ...place, geometry }
        return answerPicture(context, request, reply, wanted, {
          make: (signal) => tiles.run('feature', wanted, signal, (stop) => feature(engine, wanted, stop)),
          blank: (answer) => blankSize(place, answer),
        })
      })
    }
  })
}
