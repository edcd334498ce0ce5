import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { DEFAULT_TMS } from '../../src/grid/tms.ts'
import { tilePixels, type TileRequest } from '../../src/tile.ts'
import type { SourceKind } from '../../src/source-kind.ts'
import type { App, Context } from '../context.ts'
import { answerPicture } from '../pictures/answer.ts'
import { tileRequest } from '../render-request.ts'
import { errorAnswers } from '../schema/answers.ts'
import { Format, Scale, Tile, Tms } from '../schema/path.ts'
import { Render, Source, TileRead, Tilesize } from '../schema/query.ts'
import { pictureAnswers } from '../schema/picture-answers.ts'

const Query = Type.Object({ ...Source, ...Tilesize, ...TileRead, ...Render })

/** What may follow the row: `@2x`, `.png`, both or neither. Router patterns, and the path parameters that they add. */
const TAILS = [
  { tail: ':y', params: {} },
  { tail: ':y(^-?\\d+).:format(^\\w+)', params: Format },
  { tail: ':y(^-?\\d+)@:scale(^\\d+)x', params: Scale },
  { tail: ':y(^-?\\d+)@:scale(^\\d+)x.:format(^\\w+)', params: { ...Scale, ...Format } },
] as const

/** A tile by the short path, in WebMercatorQuad, and by titiler's path in any tile matrix set. */
export function tileRoutes(app: App, context: Context, kind: SourceKind = 'mosaic'): void {
  const defaults = { kind, onError: context.config.onError }
  for (const { tail, params } of TAILS) {
    const Short = Type.Object({ ...Tile, ...params })
    const Long = Type.Object({ ...Tms, ...Tile, ...params })
    const about = { tags: ['Tiles'], querystring: Query, response: { ...pictureAnswers, ...errorAnswers } }
    const answer = (request: FastifyRequest, reply: FastifyReply, wanted: TileRequest) =>
      answerPicture(context, request, reply, wanted, {
        make: (signal) => context.tiles.tile(wanted, signal),
        blank: () => ({ width: tilePixels(wanted), height: tilePixels(wanted) }),
      })
    app.get(`/:z/:x/${tail}`, { schema: { ...about, summary: 'Tile of WebMercatorQuad', params: Short } }, (request, reply) =>
      answer(request, reply, tileRequest({ tileMatrixSetId: DEFAULT_TMS, ...request.params }, request.query, defaults)),
    )
    app.get(`/tiles/:tileMatrixSetId/:z/:x/${tail}`, { schema: { ...about, summary: 'Tile', params: Long } }, (request, reply) =>
      answer(request, reply, tileRequest(request.params, request.query, defaults)),
    )
  }
}
