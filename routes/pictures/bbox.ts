import { type Static, Type } from 'typebox'
import type { BBox } from '../../src/grid/bbox.ts'
import { part } from '../../src/part.ts'
import type { SourceKind } from '../../src/source-kind.ts'
import type { App, Context } from '../context.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers } from '../schema/answers.ts'
import { Box, Format } from '../schema/path.ts'
import { Place, SizePath } from '../schema/part-query.ts'
import { pictureAnswers } from '../schema/picture-answers.ts'
import { Render, Source } from '../schema/query.ts'
import { answerPicture } from './answer.ts'
import { blankSize, placeRequest } from './place-request.ts'

const NUMBER = '(^[^,/]+)'
const FORMAT = ':format(^[A-Za-z]\\w*)'
const WHERE = `/bbox/:minx${NUMBER},:miny${NUMBER},:maxx${NUMBER}`

const Sized = Type.Partial(Type.Object(SizePath))

const TAILS = [
  { tail: `,:maxy(^[^,/]+).${FORMAT}`, params: {} },
  { tail: `,:maxy${NUMBER}/:width(^\\d+)x:height(^\\d+).${FORMAT}`, params: SizePath },
] as const

/** Pictures of boxes of a mosaic, or of one COG. */
export function bboxRoutes(app: App, context: Context, kind: SourceKind): void {
  const { engine, tiles, config } = context
  for (const { tail, params } of TAILS) {
    const schema = {
      tags: ['Pictures'],
      summary: 'Picture of a box',
      params: Type.Object({ ...Box, ...params, ...Format }),
      querystring: Type.Object({ ...Source, ...Place, ...Render }),
      response: { ...pictureAnswers, ...errorAnswers },
    }
    app.get(`${WHERE}${tail}`, { schema }, (request, reply) => {
      const { minx, miny, maxx, maxy, format, ...size } = request.params
      const place = placeRequest(request.query, size as Static<typeof Sized>)
      const bbox: BBox = [minx, miny, maxx, maxy]
      const wanted = { ...pictureRequest(request.query, { kind, format, onError: config.onError }), ...place, bbox }
      return answerPicture(context, request, reply, wanted, {
        make: (signal) => tiles.run('bbox', wanted, signal, (stop) => part(engine, wanted, stop)),
        blank: (answer) => blankSize(place, answer),
      })
    })
  }
}
