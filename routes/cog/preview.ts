import { Type } from 'typebox'
import { preview } from '../../src/preview.ts'
import type { SourceKind } from '../../src/source-kind.ts'
import type { App, Context } from '../context.ts'
import { answerPicture } from '../pictures/answer.ts'
import { blankSize, placeRequest } from '../pictures/place-request.ts'
import { pictureRequest } from '../render-request.ts'
import { errorAnswers } from '../schema/answers.ts'
import { PreviewPlace, SizePath } from '../schema/part-query.ts'
import { Format } from '../schema/path.ts'
import { pictureAnswers } from '../schema/picture-answers.ts'
import { Render, Source } from '../schema/query.ts'

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

/** The whole of a COG or an item, small. */
export function previewRoutes(app: App, context: Context, kind: SourceKind): void {
  const { engine, tiles, config } = context
  for (const { tail, params } of TAILS) {
    const schema = {
      tags: ['Pictures'],
      summary: 'Picture of the whole file',
      params: Type.Object(params),
      querystring: Type.Object({ ...Source, ...PreviewPlace, ...Render }),
      response: { ...pictureAnswers, ...errorAnswers },
    }
    app.get(`/preview${tail}`, { schema }, (request, reply) => {
      const { format, ...size } = request.params as Path
      const place = placeRequest({ max_size: 1024, ...request.query }, size)
      const wanted = { ...pictureRequest(request.query, { kind, format, onError: config.onError }), ...place }
      return answerPicture(context, request, reply, wanted, {
        make: (signal) => tiles.run('preview', wanted, signal, (stop) => preview(engine, wanted, stop)),
        blank: (answer) => blankSize(place, answer),
      })
    })
  }
}
