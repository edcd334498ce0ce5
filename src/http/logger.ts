import pino from 'pino'
import type { Logger } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from '../config.ts'
import { withoutSecrets } from './secrets.ts'

/** One JSON object a line; lines for people where a person is looking. */
export function createLogger(level: Config['logLevel'], terminal = process.stdout.isTTY): Logger {
  const options = { level, base: undefined, serializers: { err: safeError } }
  // In this thread, not in a worker: a line that says why the process ends must not be lost with it.
  return terminal ? pino(options, pretty({ colorize: true, ignore: 'pid,hostname', sync: true })) : pino(options)
}

/** Name, code, message, stack and causes of an error, without the secrets of addresses in them. */
export function safeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? withoutSecrets(error) : error
  return {
    type: error.name,
    code: 'code' in error ? error.code : undefined,
    message: withoutSecrets(error.message),
    stack: error.stack && withoutSecrets(error.stack),
    cause: error.cause != null && depth < 5 ? safeError(error.cause, depth + 1) : undefined,
  }
}
