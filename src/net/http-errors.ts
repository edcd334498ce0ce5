import type { Dispatcher } from 'undici'
import { NotFoundError, UpstreamError, UpstreamUnauthorizedError } from '../errors.ts'
import type { SmaltiError } from '../errors.ts'

export type ReplyHeaders = Dispatcher.ResponseData['headers']

/** A failure that may pass: another try is worth it. `error` is thrown when there is none. */
export class PassingError extends Error {
  readonly error: SmaltiError
  /** The server asks to wait so long. */
  readonly afterMs: number | undefined
  constructor(error: SmaltiError, afterMs?: number) {
    super(error.message, { cause: error })
    this.error = error
    this.afterMs = afterMs
  }
}

const passingStatuses = new Set([429, 500, 502, 503, 504])

/** The error that a status of 400 and above stands for. */
export function statusError(name: string, status: number, headers: ReplyHeaders): Error {
  if (status === 404 || status === 410) return new NotFoundError(`${name} was not found`)
  if (status === 401 || status === 403) return new UpstreamUnauthorizedError(`${name} may not be read without credentials`)
  const error = new UpstreamError(`${name}: the server answered ${status}`)
  return passingStatuses.has(status) ? new PassingError(error, retryAfterMs(headers)) : error
}

const passingCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What undici, the socket or the resolver threw, in our words; the cause is kept for the log. */
export function transportError(name: string, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOTFOUND') return new UpstreamError(`${name}: the host is not known`, { cause })
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return new UpstreamError(`${name}: the server's headers are too long`, { cause })
  const error = new UpstreamError(`${name} could not be fetched`, { cause })
  return code !== undefined && passingCodes.has(code) ? new PassingError(error) : error
}

/** Retry-After, as seconds or as a date. */
function retryAfterMs(headers: ReplyHeaders): number | undefined {
  const value = single(headers['retry-after'])
  if (value === undefined) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

/** A header that may come once only; repeated, its first value. */
export function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
