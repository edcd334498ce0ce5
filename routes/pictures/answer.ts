import type { FastifyReply, FastifyRequest } from 'fastify'
import { blankPicture } from '../../src/http/blank-picture.ts'
import { clientSignal } from '../../src/http/client-signal.ts'
import type { Size } from '../../src/grid/level.ts'
import type { PictureAnswer, PictureRequest } from '../../src/tile.ts'
import type { Context } from '../context.ts'
import { cacheControl, describe, matches } from '../mosaic/tile-reply.ts'

/** How a picture is made, and how large the blank one is that stands for it where there is no data. */
export interface Making {
  readonly make: (signal: AbortSignal) => Promise<PictureAnswer>
  readonly blank: (answer: PictureAnswer) => Size
}

/** The reply of every route that answers with a picture: 304 where nothing has changed, the picture, or what stands for no data. */
export async function answerPicture(
  { config, tiles }: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: PictureRequest,
  { make, blank }: Making,
) {
  const query = request.query as { empty?: typeof config.empty }
  const { secret } = request.source
  // Of a POST it would be a condition of another kind.
  const ifNoneMatch = request.method === 'POST' ? undefined : request.headers['if-none-match']
  const signal = request.method === 'POST' ? clientSignal(reply.raw, config.timeout) : request.signal
  const known = await tiles.known(wanted, signal)
  if (known && matches(ifNoneMatch, known.etag)) {
    return reply
      .code(304)
      .headers({ etag: known.etag, 'cache-control': cacheControl(config.maxAge, { secret, shared: config }) })
      .send()
  }
  const answer = known?.answer ?? (await make(signal))
  Object.assign(request.facts, factsOf(answer))
  request.trace = answer.trace
  describe(reply, answer)
  const partial = answer.body == null || answer.skipped.length > 0
  reply.header(
    'cache-control',
    partial ? cacheControl(config.partialMaxAge, { secret }) : cacheControl(config.maxAge, { secret, shared: config }),
  )
  if (!answer.body) return answerEmpty(reply, wanted, blank(answer), query.empty ?? config.empty)
  reply.header('etag', answer.etag)
  if (matches(ifNoneMatch, answer.etag)) return reply.code(304).send()
  return reply.type(answer.mediaType ?? 'application/octet-stream').send(answer.body)
}

async function answerEmpty(reply: FastifyReply, wanted: PictureRequest, size: Size, how: '204' | '404' | 'transparent') {
  if (how === '404') return reply.code(404).send({ detail: 'there is no data in this place', code: 'NO_DATA' })
  if (how === '204') return reply.code(204).send()
  const { body, mediaType } = await blankPicture(size, wanted.format)
  return reply.type(mediaType).send(body)
}

function factsOf({ assets, skipped, trace }: PictureAnswer) {
  return {
    assets: assets.length,
    skipped: skipped.length,
    reads: trace.reads,
    bytesRead: trace.bytesRead,
    cacheHits: trace.cacheHits,
  }
}
