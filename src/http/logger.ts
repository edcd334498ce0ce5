import pino from 'pino'
import type { DestinationStream, Logger } from 'pino'
import type { PinoPretty } from 'pino-pretty'
import type { Config } from '../config.ts'
import { packageLater } from '../package-later.ts'
import { withoutSecrets } from './secrets.ts'

/** Loaded where a person is looking, and nowhere else: it takes a tenth of the start. */
const pretty = packageLater<typeof PinoPretty>('pino-pretty')

/** One JSON object a line; lines for people where a person is looking. `destination` instead of standard output, for tests. */
export function createLogger(level: Config['logLevel'], destination?: DestinationStream): Logger {
  const options = { level, base: undefined, serializers: { err: safeError } }
  if (destination) return pino(options, destination)
  // In this thread, not in a worker: a line that says why the process ends must not be lost with it.
  return process.stdout.isTTY ? pino(options, pretty()({ colorize: true, sync: true })) : pino(options)
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
