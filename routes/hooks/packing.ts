import { pipeline, Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Coding,
  isPackable,
  pack,
  packer,
  plainTags,
  preferredCoding,
  tagAsGiven,
  tagOf,
} from '../../src/http/content-coding.ts'
import type { App } from '../context.ts'
import { addVary } from './vary.ts'

const CONDITIONS = ['if-none-match', 'if-match'] as const

/** Answers of text are packed as the client likes it, and have an ETag of their own then; conditions may name any of them. */
export function packAnswers(app: App): void {
  app.addHook('onRequest', async ({ headers }) => {
    for (const name of CONDITIONS) {
      const given = headers[name]
      if (given !== undefined) headers[name] = plainTags(given)
    }
  })
  // At once where nothing is packed: an answer that waits here can be overtaken by an error of its own handler.
  app.addHook('onSend', (request, reply, payload: unknown, done) => {
    const coding = codingOf(request, reply, payload)
    if (!coding) return done(null, payload)
    // A file that breaks off ends the connection, which is all that can still be said then.
    if (payload instanceof Readable)
      return done(
        null,
        pipeline(payload, packer(coding), () => undefined),
      )
    pack(payload as string | Uint8Array, coding, done)
  })
}

/** Chooses a coding and says so in the headers; undefined: the payload goes out as it is. */
function codingOf(request: FastifyRequest, reply: FastifyReply, payload: unknown): Coding | undefined {
  const etag = reply.getHeader('etag')
  const strong = typeof etag === 'string' && !etag.startsWith('W/') ? etag : undefined
  if (reply.statusCode === 304) {
    const given = strong && tagAsGiven(strong, sentCondition(request))
    if (given) reply.header('etag', given)
    if (given !== strong) addVary(reply, 'Accept-Encoding')
    return undefined
  }
  const size = sizeOf(payload, reply)
  if (size === undefined || reply.statusCode === 206 || reply.hasHeader('content-encoding')) return undefined
  if (!isPackable(String(reply.getHeader('content-type') ?? ''), size)) return undefined
  addVary(reply, 'Accept-Encoding')
  const coding = preferredCoding(request.headers['accept-encoding'])
  if (!coding) return undefined
  reply.header('content-encoding', coding).removeHeader('accept-ranges').removeHeader('content-length')
  if (strong) reply.header('etag', tagOf(strong, coding))
  return coding
}

/** undefined: there is no body, or nobody knows how long it will be. */
function sizeOf(payload: unknown, reply: FastifyReply): number | undefined {
  if (typeof payload === 'string') return Buffer.byteLength(payload)
  if (payload instanceof Uint8Array) return payload.byteLength
  const length = reply.getHeader('content-length')
  return payload instanceof Readable && length !== undefined ? Number(length) : undefined
}

/** As it came: the hook above has changed the header. */
function sentCondition({ raw: { rawHeaders } }: FastifyRequest): string {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'if-none-match')
  return at < 0 ? '' : rawHeaders[at + 1]
}
