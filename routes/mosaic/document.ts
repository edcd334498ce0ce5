import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { HiddenDocumentError } from '../../src/errors.ts'
import { jsonBody } from '../../src/http/json-body.ts'
import type { MosaicFeature } from '../../src/mosaic/footprint.ts'
import { mosaicInfo } from '../../src/mosaic/info.ts'
import { parseMosaic, toDocument } from '../../src/mosaic/parse.ts'
import { unpacked } from '../../src/mosaic/unpack.ts'
import { conditionsOf, documentEtag } from '../../src/writing/conditions.ts'
import { featuresOf } from '../../src/writing/features-body.ts'
import type { App, Context } from '../context.ts'
import { component, errorAnswers, jsonAnswer } from '../schema/answers.ts'
import { Source } from '../schema/query.ts'
import { bySecurity, writeErrors } from '../schema/write-answers.ts'
import { writersOnly } from '../writing/writers-only.ts'
import { cacheControl, matches } from './tile-reply.ts'

/** Bytes in memory of a mosaic whose document is sent in pieces: some milliseconds. */
const LARGE = 512 * 1024
/** Bytes of the features of one update, as they come and unpacked. */
const MAX_FEATURES_BYTES = 16 * 2 ** 20
/** Tiles that they may lie on: they are looked at while others wait. */
const MAX_TILES = 25_000

const IfMatch = Type.Optional(
  Type.String({
    description: 'ETag that GET answered: nothing is written over another revision. `*`: over any, but there must be one.',
    examples: ['"9f2c1b7e"'],
  }),
)
const Conditions = Type.Object({
  'if-match': IfMatch,
  'if-none-match': Type.Optional(Type.String({ description: '`*`: only where nothing is yet.', examples: ['*'] })),
})
const Query = Type.Object({ ...Source })
const UpdateQuery = Type.Object({
  ...Source,
  add_first: Type.Optional(
    Type.Boolean({
      description: 'Before the present assets of a tile; false: behind them. Default: as the body says, else true.',
    }),
  ),
  property: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Property of the features that has the asset's address. Default: path.",
      examples: ['path'],
    }),
  ),
})

/** The document itself: read by all, written by writers. */
export function documentRoutes(app: App, context: Context): void {
  const { engine, config, writing } = context
  const tags = ['Mosaic']

  app.get(
    '/',
    {
      schema: {
        tags,
        summary: 'The MosaicJSON document',
        querystring: Query,
        response: {
          200: jsonAnswer('MosaicDocument', 'The document as it was read. Its ETag is what If-Match wants.'),
          304: Type.Null({ description: 'It is what If-None-Match names.' }),
          ...errorAnswers,
        },
      },
    },
    async (request, reply) => {
      if (request.source.hidden) throw new HiddenDocumentError()
      const mosaic = await engine.mosaics.open(request.query.url, { signal: request.signal })
      const etag = documentEtag(mosaic.revision)
      // Where it is written, an old one is what writers must not have.
      const maxAge = writing.authority.isOn ? 0 : config.infoMaxAge
      reply.headers({ etag, 'cache-control': cacheControl(maxAge, request.source) })
      if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
      // Past the response schema: the document goes out as it came, unknown members included.
      reply.type('application/json; charset=utf-8')
      if (mosaic.text && mosaic.bytes > LARGE) return reply.send(Readable.from(mosaic.text(), { objectMode: false }))
      return reply.serializer(String).send(JSON.stringify(await mosaic.document()))
    },
  )

  writersOnly(app, context, (scope) => {
    const about = { tags, ...bySecurity, headers: Conditions }
    // A write goes on to its end, whoever has gone meanwhile.
    const handlerTimeout = config.jobTimeout * 1000

    scope.put(
      '/',
      {
        bodyLimit: config.maxMosaicBytes,
        handlerTimeout,
        schema: {
          ...about,
          summary: 'Write the MosaicJSON document',
          description: 'Creates the mosaic or replaces it. Plain or gzip. Files and buckets keep it byte for byte.',
          consumes: ['application/json', 'application/gzip'],
          querystring: Query,
          body: component('MosaicDocument'),
          response: { 200: jsonAnswer('Info', 'It was replaced.'), 201: jsonAnswer('Info', 'It was created.'), ...writeErrors },
        },
      },
      async (request, reply) => {
        const { url } = request.query
        const conditions = conditionsOf(request.headers)
        await writing.writer.check(url)
        const limits = { maxUnpacked: config.maxMosaicUnpacked, memory: config.mosaicMemory }
        const bytes = (request.body as Buffer | undefined) ?? Buffer.alloc(0)
        const parsed = await parseMosaic(bytes, limits)
        request.written = await writing.writer.put(url, toDocument(parsed), conditions, await unpacked(bytes, limits.maxUnpacked))
        return answerWritten(request, reply)
      },
    )

    scope.patch(
      '/',
      {
        bodyLimit: MAX_FEATURES_BYTES,
        handlerTimeout,
        schema: {
          ...about,
          summary: 'Add features to a mosaic',
          description:
            'The assets of the features come into the tiles that they meet, the bounds grow, the version is one higher. ' +
            'Without If-Match what others write meanwhile is kept, too.',
          consumes: ['application/json', 'application/geo+json'],
          querystring: UpdateQuery,
          body: component('FeaturesUpdate'),
          response: { 200: jsonAnswer('Info', 'It was updated.'), ...writeErrors },
        },
      },
      async (request, reply) => {
        const { url, add_first, property = 'path' } = request.query
        const conditions = conditionsOf(request.headers)
        await writing.writer.check(url)
        const body = await jsonBody(request.body as Buffer | undefined, MAX_FEATURES_BYTES)
        const { features, addFirst } = featuresOf(body, property)
        const accessor = (feature: MosaicFeature) => feature.properties?.[property] as string
        const options = { addFirst: add_first ?? addFirst, accessor, maxTiles: MAX_TILES }
        request.written = await writing.writer.update(url, features, options, conditions)
        return answerWritten(request, reply)
      },
    )

    scope.delete(
      '/',
      {
        handlerTimeout,
        schema: {
          ...about,
          summary: 'Delete a mosaic',
          description: 'The document, or the mosaic in its database; its assets stay.',
          querystring: Query,
          response: { 204: Type.Null({ description: 'It is gone.' }), ...writeErrors },
        },
      },
      async (request, reply) => {
        request.written = await writing.writer.remove(request.query.url, conditionsOf(request.headers))
        return reply.code(204).send()
      },
    )
  })
}

function answerWritten(request: FastifyRequest, reply: FastifyReply) {
  const { isNew = false, after, info } = request.written ?? {}
  if (isNew) reply.code(201).header('location', `${request.baseUrl}/mosaic/?${new URLSearchParams({ url: request.source.link })}`)
  if (after !== undefined) reply.header('etag', after)
  return info && mosaicInfo(info)
}
