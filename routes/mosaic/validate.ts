import { Type } from 'typebox'
import { clientSignal } from '../../src/http/client-signal.ts'
import { parseMosaic } from '../../src/mosaic/parse.ts'
import type { App, Context } from '../context.ts'
import { component, errorAnswers } from '../schema/answers.ts'

/** Says whether a MosaicJSON document is valid: `true`, or an error that names the member and the place. */
export function validateRoutes(app: App, { config }: Context): void {
  void app.register(async (scope) => {
    // The bytes as they are: what is wrong is said by its place in them, and a gzipped document is one too.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post(
      '/validate',
      {
        bodyLimit: config.maxMosaicBytes,
        schema: {
          tags: ['Mosaic'],
          summary: 'Validate a MosaicJSON document',
          consumes: ['application/json'],
          body: component('MosaicDocument'),
          response: {
            200: { description: 'It is valid.', content: { 'application/json': { schema: Type.Literal(true) } } },
            ...errorAnswers,
          },
        },
        // For the description alone: the check is the parser's own, which says where.
        validatorCompiler: () => () => true,
      },
      async (request, reply) => {
        const limits = { maxUnpacked: config.maxMosaicUnpacked, memory: config.mosaicMemory }
        await parseMosaic((request.body as Buffer | undefined) ?? Buffer.alloc(0), limits, {
          signal: clientSignal(reply.raw, config.timeout),
        })
        return reply.type('application/json').serializer(JSON.stringify).send(true)
      },
    )
  })
}
