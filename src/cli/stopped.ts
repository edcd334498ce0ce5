import type { ExitCode } from './exit-codes.ts'

/** Reason of the terminal's signal: why the program ends before it is done. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
  readonly exitCode: ExitCode
  constructor(message: string, exitCode: ExitCode) {
    super(message)
    this.exitCode = exitCode
  }
}
