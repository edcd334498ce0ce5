import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { DEFAULT_TMS } from '../../src/grid/tms.ts'
import { carriesSecret } from '../../src/http/secrets.ts'
import { blankTile } from '../../src/http/blank-tile.ts'
import { type TileAnswer, tilePixels, type TileRequest } from '../../src/tile.ts'
import type { App, Context } from '../context.ts'
import { refuseUnsupported, type RenderQuery, tileRequest } from '../render-request.ts'
import { errorAnswers } from '../schema/answers.ts'
import { Format, Scale, Tile, Tms } from '../schema/path.ts'
import { Render, Source, TileRead, Tilesize } from '../schema/query.ts'
import { pictureAnswers } from '../schema/picture-answers.ts'
import { cacheControl, describe, matches } from './tile-reply.ts'

const Query = Type.Object({ ...Source, ...Tilesize, ...TileRead, ...Render })

/** What may follow the row: `@2x`, `.png`, both or neither. Router patterns, and the path parameters that they add. */
const TAILS = [
  { tail: ':y', params: {} },
  { tail: ':y(^-?\\d+).:format(^\\w+)', params: Format },
  { tail: ':y(^-?\\d+)@:scale(^\\d+)x', params: Scale },
  { tail: ':y(^-?\\d+)@:scale(^\\d+)x.:format(^\\w+)', params: { ...Scale, ...Format } },
] as const

/** A tile by the short path, in WebMercatorQuad, and by titiler's path in any tile matrix set. */
export function tileRoutes(app: App, context: Context): void {
  for (const { tail, params } of TAILS) {
    const Short = Type.Object({ ...Tile, ...params })
    const Long = Type.Object({ ...Tms, ...Tile, ...params })
    const about = { tags: ['Tiles'], querystring: Query, response: { ...pictureAnswers, ...errorAnswers } }
    app.get(`/:z/:x/${tail}`, { schema: { ...about, summary: 'Tile of WebMercatorQuad', params: Short } }, (request, reply) =>
      answerTile(
        context,
        request,
        reply,
        tileRequest({ tileMatrixSetId: DEFAULT_TMS, ...request.params }, request.query, context.config),
      ),
    )
    app.get(`/tiles/:tileMatrixSetId/:z/:x/${tail}`, { schema: { ...about, summary: 'Tile', params: Long } }, (request, reply) =>
      answerTile(context, request, reply, tileRequest(request.params, request.query, context.config)),
    )
  }
}

async function answerTile({ config, tiles }: Context, request: FastifyRequest, reply: FastifyReply, wanted: TileRequest) {
  const query = request.query as RenderQuery & { empty?: typeof config.empty }
  refuseUnsupported(request.query as Record<string, unknown>)
  const secret = carriesSecret(wanted.url)
  const known = tiles.knownEtag(wanted)
  if (known && matches(request.headers['if-none-match'], known)) {
    return reply
      .code(304)
      .headers({ etag: known, 'cache-control': cacheControl(config.maxAge, { secret }) })
      .send()
  }
  const answer = await tiles.tile(wanted, request.signal)
  Object.assign(request.facts, factsOf(answer))
  describe(reply, answer)
  const partial = answer.body == null || answer.skipped.length > 0
  reply.header('cache-control', cacheControl(partial ? config.partialMaxAge : config.maxAge, { secret }))
  if (!answer.body) return answerEmpty(reply, wanted, query.empty ?? config.empty)
  reply.header('etag', answer.etag)
  if (matches(request.headers['if-none-match'], answer.etag)) return reply.code(304).send()
  return reply.type(answer.mediaType ?? 'application/octet-stream').send(answer.body)
}

async function answerEmpty(reply: FastifyReply, wanted: TileRequest, how: '204' | '404' | 'transparent') {
  if (how === '404') return reply.code(404).send({ detail: 'there is no data in this tile', code: 'NO_DATA' })
  if (how === '204') return reply.code(204).send()
  const { body, mediaType } = await blankTile(tilePixels(wanted), wanted.format)
  return reply.type(mediaType).send(body)
}

function factsOf({ assets, skipped, trace }: TileAnswer) {
  return {
    assets: assets.length,
    skipped: skipped.length,
    reads: trace.reads,
    bytesRead: trace.bytesRead,
    cacheHits: trace.cacheHits,
  }
}
