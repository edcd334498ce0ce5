import * as errors from '../errors.ts'

/** What a task came to. An error crosses threads as plain data: structured clone would drop its class, status and code. */
export type Outcome<T> = { readonly value: T } | { readonly error: PlainError }

export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack?: string
  /** Own members of our errors: status, code, parameter … */
  readonly members: Readonly<Record<string, unknown>>
}

/** In the thread: runs a task; never rejects. */
export async function attempt<T>(task: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await task() }
  } catch (error) {
    return { error: toPlain(error) }
  }
}

/** In the main thread: the value, or the error thrown again as its own class. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value
  throw fromPlain(outcome.error)
}

function toPlain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), members: {} }
  const { name, message, stack } = error
  // A cause may hold anything, also what cannot be sent.
  const members =
    error instanceof errors.SmaltiError ? Object.fromEntries(Object.entries(error).filter(([, v]) => isPlain(v))) : {}
  return { name, message, stack, members }
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function fromPlain({ name, message, stack, members }: PlainError): Error {
  const error = Object.assign(new Error(message), members, { name })
  if (stack) error.stack = stack
  const own = (errors as Record<string, unknown>)[name]
  const prototype = typeof own === 'function' ? own.prototype : 'code' in members ? errors.SmaltiError.prototype : undefined
  return prototype ? Object.setPrototypeOf(error, prototype) : error
}
