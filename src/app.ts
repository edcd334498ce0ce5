import { randomUUID } from 'node:crypto'
import type { ValidatorFactory } from '@fastify/ajv-compiler'
import cors from '@fastify/cors'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { App, Context, ServerState } from '../routes/context.ts'
import { ruleCaching } from '../routes/hooks/caching.ts'
import { countRequests } from '../routes/hooks/metrics.ts'
import { packAnswers } from '../routes/hooks/packing.ts'
import { traceRequests } from '../routes/hooks/tracing.ts'
import { answerUnknownRoutes, collectRoutes } from '../routes/hooks/unknown-routes.ts'
import { routes } from '../routes/index.ts'
import { lazyValidator } from '../routes/lazy-validator.ts'
import { openApi } from '../routes/openapi/openapi.ts'
import { routePattern } from '../routes/route-pattern.ts'
import { COMPONENTS } from '../routes/schema/answers.ts'
import type { Config } from './config.ts'
import { cloudEnvironment } from './config/environment.ts'
import { proxyCheck } from './config/values.ts'
import { TimeoutError, WithheldError } from './errors.ts'
import { registerTileMatrixSet } from './grid/tms.ts'
import { baseUrl } from './http/base-url.ts'
import { tellable } from './http/client-source.ts'
import { type ErrorAnswer, errorAnswer } from './http/error-body.ts'
import { createLogger } from './http/logger.ts'
import { withoutSecrets } from './http/secrets.ts'
import { requestFault, wireAnswer } from './http/protocol-errors.ts'
import { createTiles, type Story } from './http/tiles.ts'
import { type SchemaComplaint, validationFaults } from './http/validation-faults.ts'
import { knownAnswer } from './known-answer.ts'
import { countsOf } from './metrics/counts-of.ts'
import type { Tracer } from './telemetry/tracer.ts'
import { type Engine, tile } from './tile.ts'
import { createWriting } from './writing/writing.ts'

export interface AppOptions {
  readonly config: Config
  readonly engine: Engine
  readonly logger?: Logger
  readonly state?: ServerState
  /** Gives requests their spans (OpenTelemetry). */
  readonly tracer?: Tracer
  /** Instead of the real story, for tests of what stands around it. */
  readonly story?: Story
}

/** What clients may read of an answer from another origin. */
const EXPOSED = [
  'Content-Bbox',
  'Content-Crs',
  'X-Assets',
  'X-Assets-Skipped',
  'Server-Timing',
  'ETag',
  'Cache-Control',
  'Retry-After',
  'Location',
  'WWW-Authenticate',
]
const READING = ['GET', 'HEAD', 'POST', 'OPTIONS']
const WRITING = ['PUT', 'PATCH', 'DELETE']
/** Longest line of a request that Node takes is 16 KiB; one parameter of the path needs far less. */
const LONGEST_PATH_PARAMETER = 512

/** The HTTP server: plugins, errors, log and routes. Not yet listening. */
export async function buildApp({
  config,
  engine,
  logger,
  state,
  tracer,
  story = { tile, knownAnswer },
}: AppOptions): Promise<App> {
  config.tileMatrixSets.forEach(registerTileMatrixSet)
  const app = Fastify({
    loggerInstance: logger ?? createLogger(config.logLevel),
    // One line a request, written by logRequest.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'id' }),
    genReqId: () => randomUUID(),
    clientErrorHandler: (error, socket) => {
      if (socket.writable) socket.end(wireAnswer(error))
    },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
    handlerTimeout: config.timeout * 1000,
    forceCloseConnections: 'idle',
    // Answers are small, or written already: a serializer compiled for each of a few hundred schemas costs the start more than it saves.
    // Said here, Fastify does not even load its own compilers.
    schemaController: {
      compilersFactory: {
        buildValidator: lazyValidator as unknown as ValidatorFactory,
        buildSerializer: () => () => JSON.stringify,
      },
    },
    routerOptions: { maxParamLength: LONGEST_PATH_PARAMETER, ignoreTrailingSlash: false },
  }) as unknown as App

  // No route reads plain text.
  app.removeContentTypeParser('text/plain')

  const trusted = proxyCheck(config.trustProxy)
  const routeTable = collectRoutes(app)
  packAnswers(app)
  ruleCaching(app, config)
  app.decorateRequest('startedAt', 0)
  app.decorateRequest('facts')
  app.decorateRequest('baseUrl', '')
  app.addHook('onRequest', async (request) => {
    request.startedAt = performance.now()
    request.facts = {}
    request.baseUrl = baseUrl({
      protocol: request.protocol,
      headers: request.headers,
      trusted: trusted(request.socket.remoteAddress),
      rootPath: config.rootPath,
    })
  })
  app.addHook('preValidation', async (request) => {
    normaliseQuery(request.query as Record<string, unknown>)
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    // A connection that stayed open for the next request would keep a server from ending that is being stopped.
    if (state && !state.ready) reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('onResponse', async (request, reply) => logRequest(request, reply.statusCode))
  if (tracer) traceRequests(app, tracer)
  // A client that has gone gets no answer; the log says 499, as nginx does.
  app.addHook('onRequestAbort', async (request) => logRequest(request, 499))
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply))
  const writing = createWriting({ config, engine, cwd: process.cwd(), env: cloudEnvironment() })
  const origin = config.corsOrigin.includes('*') ? '*' : [...config.corsOrigin]
  await app.register(cors, {
    origin,
    methods: writing.authority.isOn ? [...READING, ...WRITING] : READING,
    exposedHeaders: EXPOSED,
    maxAge: 3600,
    strictPreflight: false,
  })
  answerUnknownRoutes(app, routeTable)
  await app.register(swagger, openApi)
  for (const [name, schema] of Object.entries(COMPONENTS)) app.addSchema({ $id: name, ...schema })
  const tiles = createTiles(engine, story, config)
  const metrics = config.metrics === 'on' ? countRequests(app, countsOf(engine, tiles.queue, config)) : undefined
  const context: Context = { config, engine, tiles, state: state ?? { ready: true }, writing, metrics }
  // Streams of their progress end with them, and with the streams their connections.
  app.addHook('preClose', () => writing.jobs.close())
  await routes(app, context)
  return app
}

const BOOLEANS = new Set(['return_mask', 'unscale', 'categorical', 'asset_as_band', 'add_first', 'overwrite', 'wait'])

/** Booleans as titiler reads them, 1 and yes and on too; the last of a repeated single value is not guessed at. */
function normaliseQuery(query: Record<string, unknown>): void {
  for (const name of BOOLEANS) {
    const value = query[name]
    if (typeof value !== 'string') continue
    if (/^(1|on|t|true|y|yes)$/i.test(value)) query[name] = 'true'
    else if (/^(0|off|f|false|n|no)$/i.test(value)) query[name] = 'false'
  }
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Of an address that the client may not know, an error says nothing either.
  const told = request.source ? tellable(error, request.source) : error
  const answer = answerTo(told, request)
  const gone = request.socket.destroyed
  if (answer.status >= 500 && !gone) request.log.error({ err: error }, 'request failed')
  else if (told instanceof WithheldError) request.log.warn({ err: told.cause }, 'withheld from the client')
  reply.removeHeader('etag')
  reply.header('cache-control', 'no-store')
  if (answer.headers) reply.headers(answer.headers)
  if (answer.retryAfter != null) reply.header('retry-after', answer.retryAfter)
  return reply.code(answer.status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(answer.body)
}

function answerTo(error: unknown, request: FastifyRequest): ErrorAnswer {
  const known = error as Partial<FastifyError> & { validation?: readonly SchemaComplaint[]; validationContext?: string }
  if (known.validation) {
    const context = known.validationContext ?? 'querystring'
    const given = (context === 'params' ? request.params : request.query) as Record<string, unknown>
    return { status: 422, body: { detail: validationFaults(known.validation, context, given), code: 'INVALID_PARAMETER' } }
  }
  if (known.code === 'FST_ERR_HANDLER_TIMEOUT')
    return errorAnswer(new TimeoutError('the whole request took too long'), () => false)
  const { statusCode, code, message } = known
  const fault = statusCode != null && statusCode < 500 ? requestFault(code, message) : undefined
  if (fault) return { status: statusCode ?? 400, body: fault }
  return errorAnswer(error, (parameter) => Object.hasOwn((request.params ?? {}) as object, parameter))
}

function logRequest(request: FastifyRequest, status: number): void {
  const { method, facts } = request
  const { url: source } = (request.query ?? {}) as { url?: unknown }
  request.log.info(
    {
      method,
      route: routePattern(request),
      path: request.url.split('?')[0],
      source: typeof source === 'string' ? withoutSecrets(source) : undefined,
      status,
      ms: Math.round((performance.now() - request.startedAt) * 10) / 10,
      ...facts,
    },
    'request',
  )
}
