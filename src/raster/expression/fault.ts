import { ParameterError } from '../../errors.ts'

/** How much of the text is repeated around the fault. */
const AROUND = 20

/** An expression that cannot be evaluated; `at` is the 0-based character of `text` that is at fault. */
export class ExpressionError extends ParameterError {
  constructor(text: string, at: number, what: string) {
    const before = text.slice(Math.max(0, at - AROUND), at)
    const after = text.slice(at, at + AROUND)
    const place =
      after === '' ? `at the end, after ${JSON.stringify(before)}` : `at character ${at + 1}, ${JSON.stringify(after)}`
    super('expression', `expression: ${what} (${place})`, 400)
    // The class travels through threads by this name.
    this.name = ParameterError.name
  }
}
