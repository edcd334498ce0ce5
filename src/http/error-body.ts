import { BusyError, SmaltiError } from '../errors.ts'
import { withoutSecrets } from './secrets.ts'

/** What is wrong with one parameter. */
export interface ParameterFault {
  /** Where it stands, then its name: `['query', 'bidx', 0]`. */
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
}

export interface ErrorBody {
  /** A sentence; for parameters a list. */
  readonly detail: string | readonly ParameterFault[]
  /** Stable, for programs. */
  readonly code: string
}

export interface ErrorAnswer {
  readonly status: number
  readonly body: ErrorBody
  /** Seconds. */
  readonly retryAfter?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** 5xx bodies name no path, host or reason of our own: the log has them. */
const PUBLIC: Readonly<Record<string, string>> = {
  UPSTREAM_FAILED: 'a server that holds the mosaic or its assets failed; try again later',
  TIMEOUT: 'the answer took too long; try again, or ask for less',
  BUSY: 'the server is busy: too many tiles are waiting; try again soon',
  TOO_MANY_JOBS: 'as many jobs are under way as the server takes (--max-jobs); try again later',
  ISSUER_UNREACHABLE: 'the issuer of tokens cannot be reached; try again soon',
}
const INTERNAL: ErrorAnswer = { status: 500, body: { detail: 'internal error', code: 'INTERNAL' } }
const LONGEST = 1000

/** The answer to an error. `inPath` tells the parameters that stand in the path. Unknown errors are a 500 that says nothing. */
export function errorAnswer(error: unknown, inPath: (parameter: string) => boolean): ErrorAnswer {
  if (!(error instanceof SmaltiError)) return INTERNAL
  const { status, code, parameter, headers } = error
  if (status >= 500) {
    const retryAfter = error instanceof BusyError ? error.retryAfter : undefined
    return { status, body: { detail: PUBLIC[code] ?? 'internal error', code }, retryAfter, headers }
  }
  const message = withoutSecrets(error.message).slice(0, LONGEST)
  if (parameter == null) return { status, body: { detail: message, code }, headers }
  const loc = parameter === 'body' ? ['body'] : [inPath(parameter) ? 'path' : 'query', parameter]
  const fault = { loc, msg: message, type: 'value_error' }
  return { status, body: { detail: [fault], code }, headers }
}
