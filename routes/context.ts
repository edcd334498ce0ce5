import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Config } from '../src/config.ts'
import type { Metrics } from '../src/metrics/metrics.ts'
import type { Trace } from '../src/net/source.ts'
import type { KnownAnswer } from '../src/known-answer.ts'
import type { Engine, PictureRequest, TileAnswer, TileRequest } from '../src/tile.ts'
import type { Writing } from '../src/writing/writing.ts'

/** What the routes are given: nothing is looked up elsewhere. */
export interface Context {
  readonly config: Config
  readonly engine: Engine
  readonly tiles: Tiles
  readonly state: ServerState
  readonly writing: Writing
  /** Loaded when they are first asked for; undefined: the operator does not want them. */
  readonly metrics?: () => Promise<Metrics>
}

/** Tiles as the routes ask for them: queued, shared between identical requests, cancelled when the last client has gone. */
export interface Tiles {
  tile(request: TileRequest, signal: AbortSignal): Promise<TileAnswer>
  /** Any other work in the same queue; requests with the same name and members share it. */
  run<T>(name: string, request: object, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** What was answered to the same request before and still holds. */
  known(request: PictureRequest, signal: AbortSignal): Promise<KnownAnswer | undefined>
}

export interface ServerState {
  /** The server takes requests: started, and not being stopped. */
  ready: boolean
}

/** Requests have the types of their schemas; answers are checked by tests against the description, not by the compiler. */
interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown
}

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, SchemaTypes>

/** What the log says of one request, filled in on its way. */
export interface RequestFacts {
  source?: string
  assets?: number
  skipped?: number
  reads?: number
  bytesRead?: number
  cacheHits?: number
  /** Where the request is traced (OpenTelemetry). */
  traceId?: string
}

declare module 'fastify' {
  interface FastifyRequest {
    /** performance.now() */
    startedAt: number
    /** For the one log line of this request. */
    facts: RequestFacts
    /** `https://host/prefix`, as the client sees this server. */
    baseUrl: string
    /** What the picture that answers it has cost, if it was made for it. */
    trace?: Trace
  }
}
