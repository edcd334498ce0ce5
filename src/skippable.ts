import { BusyError, NotAllowedError, ParameterError, SmaltiError, TooLargeError } from './errors.ts'

/** One unreadable asset may be skipped; what the caller did wrong, what is not allowed and what is not the asset's fault may not. */
export function isSkippable(error: unknown): boolean {
  if (!(error instanceof SmaltiError)) return false
  return !(
    error instanceof ParameterError ||
    error instanceof NotAllowedError ||
    error instanceof BusyError ||
    error instanceof TooLargeError
  )
}
