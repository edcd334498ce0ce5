import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { NotFoundError } from '../../src/errors.ts'
import { jsonBody } from '../../src/http/json-body.ts'
import { withoutSecrets } from '../../src/http/secrets.ts'
import { checkCreate, createMosaic, type CreateResult } from '../../src/jobs/create-mosaic.ts'
import type { CreateBody as Body } from '../../src/jobs/create-request.ts'
import type { Job } from '../../src/jobs/job.ts'
import { outcomeOf, told } from '../../src/jobs/told.ts'
import type { App, Context } from '../context.ts'
import { bodyCheck } from '../lazy-validator.ts'
import { component, jsonAnswer } from '../schema/answers.ts'
import { CreateBody } from '../schema/create-body.ts'
import { bySecurity, writeErrors } from '../schema/write-answers.ts'
import { writersOnly } from '../writing/writers-only.ts'
import { assetList } from './tile-reply.ts'

/** Bytes of a body, as it comes and unpacked. */
const MAX_BODY = 16 * 2 ** 20
/** Milliseconds in which a small mosaic is made: then nobody has to ask again. */
const SMALL = 1000
/** Before the time for the whole request is over. */
const MARGIN = 1000
/** Milliseconds of silence on a stream before a comment says that it is alive. */
const SILENCE = 15_000

const Params = Type.Object({
  id: Type.String({
    maxLength: 64,
    description: 'The job, as the answer that began it says.',
    examples: ['5b1f9e0c'],
  }),
})
const job = (description: string) => jsonAnswer('Job', description)

/** Mosaics made by the server: each is a job that can be watched and cancelled. */
export function createRoutes(app: App, context: Context, prefix: string): void {
  const { engine, config, writing } = context
  const tools = { engine, writer: writing.writer }
  const tags = ['Mosaic']
  const check = bodyCheck(CreateBody)
  const targets = new WeakMap<Job<CreateResult>, string | undefined>()
  const stateOf = (one: Job<CreateResult>, request: FastifyRequest) =>
    told(one, `${request.baseUrl}${prefix}/create`, targets.get(one))
  const find = (request: FastifyRequest): Job<CreateResult> => {
    const found = writing.jobs.find((request.params as { id: string }).id, request.writer ?? '')
    if (!found)
      throw new NotFoundError('there is no such job: those that have ended are kept for an hour, if they are not too many')
    return found
  }

  writersOnly(app, context, (scope) => {
    scope.post(
      '/create',
      {
        bodyLimit: MAX_BODY,
        handlerTimeout: config.jobTimeout * 1000,
        schema: {
          tags,
          ...bySecurity,
          summary: 'Make a mosaic of files, features or a STAC search',
          description:
            'A job: 202 and where it can be watched, or what came of it if that takes less than a second (`wait=true`: as long as a request may take). It goes on when the client has gone.',
          consumes: ['application/json'],
          querystring: Type.Object({
            wait: Type.Optional(Type.Boolean({ description: 'true: the answer waits for the end. false: it never does.' })),
          }),
          body: component('CreateMosaic'),
          response: {
            200: {
              description: 'Without `url` the document; with it the job, which has replaced what was there.',
              content: { 'application/json': { schema: Type.Union([component('MosaicDocument'), component('Job')] as never) } },
            },
            201: job('The job, which has created the mosaic.'),
            202: job('The job. Location says where it can be watched.'),
            ...writeErrors,
          },
        },
      },
      async (request, reply) => {
        const body = check<Body>(await jsonBody(request.body as Buffer | undefined, MAX_BODY))
        const source = await checkCreate(body, tools)
        const started = writing.jobs.start(request.writer ?? '', (of) => createMosaic(body, source, tools, of))
        targets.set(started, body.url)
        request.job = started.id
        void logEnd(started, body.url, request)
        const { wait } = request.query
        const patience = wait === false ? 0 : wait ? Math.max(SMALL, config.timeout * 1000 - MARGIN) : SMALL
        await Promise.race([started.ended, sleep(patience, undefined, { ref: false })])
        return answer(started, request, reply)
      },
    )

    scope.get(
      '/create/:id',
      {
        handlerTimeout: config.jobTimeout * 1000 + SILENCE,
        schema: {
          tags,
          ...bySecurity,
          summary: 'State of a job',
          description: 'As JSON, or with `Accept: text/event-stream` as events: `progress` after each change, then `end`.',
          params: Params,
          response: {
            200: {
              description: 'Its state.',
              content: {
                'application/json': { schema: component('Job') },
                'text/event-stream': { schema: Type.String() },
              },
            },
            ...writeErrors,
          },
        },
      },
      (request, reply) => {
        const found = find(request)
        if (!/\btext\/event-stream\b/i.test(request.headers.accept ?? '')) return reply.send(stateOf(found, request))
        const events = Readable.from(eventsOf(found, () => stateOf(found, request)))
        // A proxy that collects answers would show all events at the end.
        return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(events)
      },
    )

    scope.get(
      '/create/:id/document',
      {
        schema: {
          tags,
          ...bySecurity,
          summary: 'The document that a job without `url` has made',
          params: Params,
          response: { 200: jsonAnswer('MosaicDocument', 'The document.'), ...writeErrors },
        },
      },
      (request, reply) => {
        const { result } = find(request)
        if (!result?.document) throw new NotFoundError('the job has no document, or not yet')
        return sendDocument(reply, result.document)
      },
    )

    scope.delete(
      '/create/:id',
      {
        schema: {
          tags,
          ...bySecurity,
          summary: 'Cancel a job',
          description: 'What has been written stays. A job that has ended is forgotten.',
          params: Params,
          response: { 204: Type.Null({ description: 'It has ended.' }), ...writeErrors },
        },
      },
      async (request, reply) => {
        const found = find(request)
        found.cancel()
        await found.ended
        if (found.status !== 'cancelled') writing.jobs.drop(found)
        return reply.code(204).send()
      },
    )
  })

  function answer(one: Job<CreateResult>, request: FastifyRequest, reply: FastifyReply) {
    if (one.status === 'failed') throw one.error
    const { written, document } = one.result ?? {}
    if (document) {
      if (one.failures.length > 0) reply.header('x-assets-skipped', assetList(one.failures.map(({ asset }) => asset)))
      return sendDocument(reply, document)
    }
    if (written?.after !== undefined) reply.header('etag', written.after)
    const location = `${request.baseUrl}${prefix}/create/${one.id}`
    if (one.status === 'running') reply.header('retry-after', '1')
    return reply
      .code(one.status === 'running' ? 202 : written?.isNew ? 201 : 200)
      .header('location', location)
      .send(stateOf(one, request))
  }
}

function sendDocument(reply: FastifyReply, document: Buffer) {
  return reply.type('application/json; charset=utf-8').serializer(String).send(document.toString())
}

/** Server-sent events (HTML, 9.2): each change, a comment in silence, and the end. */
async function* eventsOf(one: Job<CreateResult>, state: () => object): AsyncGenerator<string> {
  for await (const changed of one.changes(SILENCE)) {
    if (!changed) yield ': still at it\n\n'
    else yield `event: ${changed.status === 'running' ? 'progress' : 'end'}\ndata: ${JSON.stringify(state())}\n\n`
  }
}

async function logEnd(one: Job<CreateResult>, url: string | undefined, { log, method, url: path, writer }: FastifyRequest) {
  await one.ended
  const source = url === undefined ? undefined : withoutSecrets(url)
  log.info({ audit: true, who: writer, method, path: path.split('?')[0], job: one.id, source, ...outcomeOf(one) }, 'write')
}
