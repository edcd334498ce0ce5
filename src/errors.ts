/** Errors that a caller may see. `status` is the HTTP status, `code` a stable name for programs; one handler turns them into replies. */
export class SmaltiError extends Error {
  readonly status: number
  readonly code: string
  /** The query parameter that is at fault, if one is. */
  readonly parameter?: string
  /** Of the reply, beside its body. */
  readonly headers?: Readonly<Record<string, string>>
  constructor(
    status: number,
    code: string,
    message: string,
    options: { parameter?: string; cause?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = new.target.name
    this.status = status
    this.code = code
    this.parameter = options.parameter
    this.headers = options.headers
  }
}

/** A parameter that does not validate (422), or cannot be applied to this data (400). */
export class ParameterError extends SmaltiError {
  constructor(parameter: string, message: string, status: 400 | 422 = 422) {
    super(status, 'INVALID_PARAMETER', message, { parameter })
  }
}

/** Zoom, column or row outside the tile matrix set. */
export class OutsideTileMatrixError extends SmaltiError {
  constructor(message: string) {
    super(404, 'OUTSIDE_TILE_MATRIX_SET', message)
  }
}

/** A sealed address that no key of this server opens. */
export class UnknownSealError extends SmaltiError {
  constructor(message: string) {
    super(400, 'UNKNOWN_SEAL', message, { parameter: 'url' })
  }
}

/** The document of a registered or sealed mosaic, which names the assets. */
export class HiddenDocumentError extends SmaltiError {
  constructor() {
    super(403, 'DOCUMENT_HIDDEN', 'the document of this mosaic is not given out: it says where the assets lie')
  }
}

/** What a client is told instead of an error that names what it may not know. The error itself, its cause, is for the log. */
export class WithheldError extends SmaltiError {
  constructor(cause: SmaltiError, message: string) {
    super(cause.status, cause.code, message, { parameter: cause.parameter, headers: cause.headers, cause })
  }
}

/** The operator does not allow this source to be read. */
export class NotAllowedError extends SmaltiError {
  constructor(message: string) {
    super(403, 'NOT_ALLOWED', message)
  }
}

/** A mosaic or asset that is not there. */
export class NotFoundError extends SmaltiError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(404, 'NOT_FOUND', message, options)
  }
}

/** The upstream wants credentials that we do not have (401 or 403 there). */
export class UpstreamUnauthorizedError extends SmaltiError {
  constructor(message: string) {
    super(401, 'UPSTREAM_UNAUTHORIZED', message)
  }
}

/** A document or answer above a limit; `setting` is the name of the setting that raises it. */
export class TooLargeError extends SmaltiError {
  readonly setting?: string
  constructor(message: string, setting?: string) {
    super(413, 'TOO_LARGE', setting ? `${message} (limit: ${setting})` : message)
    this.setting = setting
  }
}

/** The mosaic document does not validate. */
export class InvalidMosaicError extends SmaltiError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(422, 'INVALID_MOSAIC', message, options)
  }
}

/** A document that is not a STAC item with an asset that can be read. */
export class InvalidItemError extends SmaltiError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(422, 'INVALID_ITEM', message, options)
  }
}

/** An asset that is not a GeoTIFF we can read: corrupt, hostile or of an unsupported kind. */
export class UnreadableAssetError extends SmaltiError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(422, 'UNREADABLE_ASSET', message, options)
  }
}

/** The upstream failed after retries. */
export class UpstreamError extends SmaltiError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(502, 'UPSTREAM_FAILED', message, options)
  }
}

/** A file or object changed while it was open: drop what was read of it and start afresh. */
export class ChangedError extends SmaltiError {
  constructor(message: string) {
    super(502, 'SOURCE_CHANGED', message)
  }
}

/** The upstream, or the whole request, took too long. */
export class TimeoutError extends SmaltiError {
  constructor(message: string) {
    super(504, 'TIMEOUT', message)
  }
}

/** The queue is full; try again after `retryAfter` seconds. */
export class BusyError extends SmaltiError {
  readonly retryAfter: number
  constructor(message: string, retryAfter = 1, code = 'BUSY') {
    super(503, code, message)
    this.retryAfter = retryAfter
  }
}

/** As many jobs as may be are under way. */
export class TooManyJobsError extends BusyError {
  constructor(message: string) {
    super(message, 10, 'TOO_MANY_JOBS')
  }
}

/** A write to a backend that only reads. */
export class NotWritableError extends SmaltiError {
  constructor(message: string) {
    super(405, 'NOT_WRITABLE', message, { headers: { allow: 'GET, HEAD, OPTIONS' } })
  }
}

/** Nobody may write: neither keys nor an issuer of tokens are configured. */
export class WritingOffError extends SmaltiError {
  constructor() {
    super(403, 'WRITING_OFF', 'this server writes nothing: --write-key or --jwt-issuer says who may')
  }
}

/** No credentials, or none that count. `fault`: of RFC 6750; absent where none were given. */
export class UnauthorizedError extends SmaltiError {
  constructor(message: string, fault?: 'invalid_request' | 'invalid_token') {
    const challenge = fault ? `, error="${fault}", error_description="${message.replaceAll(/[^\x20-\x7e]|["\\]/g, ' ')}"` : ''
    super(401, 'UNAUTHORIZED', message, { headers: { 'www-authenticate': `Bearer realm="smalti"${challenge}` } })
  }
}

/** Credentials that count, but not for this. */
export class ForbiddenError extends SmaltiError {
  constructor(message: string, scope: string) {
    const challenge = `Bearer realm="smalti", error="insufficient_scope", scope="${scope}"`
    super(403, 'FORBIDDEN', message, { headers: { 'www-authenticate': challenge } })
  }
}

/** The issuer's keys cannot be had, so nobody knows whether a token counts. */
export class IssuerError extends SmaltiError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(503, 'ISSUER_UNREACHABLE', message, { ...options, headers: { 'retry-after': '5' } })
  }
}

/** What is under a condition came without one that can be understood. */
export class BadRequestError extends SmaltiError {
  constructor(message: string) {
    super(400, 'BAD_REQUEST', message)
  }
}

/** A write that may not replace what is there. */
export class AlreadyExistsError extends SmaltiError {
  constructor(message: string) {
    super(409, 'ALREADY_EXISTS', message)
  }
}

/** What was to be replaced or deleted is not what the writer had read. */
export class PreconditionFailedError extends SmaltiError {
  constructor(message: string) {
    super(412, 'PRECONDITION_FAILED', message)
  }
}

/** Raster threads died with this task. Nothing that the caller did wrong can be told from it. */
export class RasterThreadError extends SmaltiError {
  constructor(task: string, options: { cause?: unknown } = {}) {
    super(500, 'RASTER_THREAD_DIED', `the raster thread of this task (${task}) died`, options)
  }
}

/** The mosaic has no asset at the place: nothing to read, and nothing wrong. */
export class NoAssetsError extends SmaltiError {
  constructor(message: string) {
    super(404, 'NO_ASSETS', message)
  }
}
