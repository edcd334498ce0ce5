import type { ExitCode } from './exit-codes.ts'
import type { Flags, FlagValues } from './flag.ts'
import type { Terminal } from './terminal.ts'

/** A word that is not a flag. */
export interface Argument {
  readonly name: string
  readonly about: string
  readonly optional?: boolean
  readonly repeat?: boolean
}

/** What a command is called with: everything checked. */
export interface Call<F extends Flags = Flags> {
  readonly flags: FlagValues<F>
  /** As many words as `arguments` allows. */
  readonly words: readonly string[]
  readonly terminal: Terminal
}

/**
 * One command, made by {@link command} in a file of its own, with a line in the registry. It writes its result by `terminal.print`, all
 * else by `terminal.say` and `terminal.progress`, and throws what goes wrong: errors become messages and exit codes in run.ts.
 */
export interface Command<F extends Flags = Flags> {
  /** What it does, for `--help`: sentences. */
  readonly about: string
  readonly arguments: readonly Argument[]
  readonly flags: F
  /** Command lines with what they are for. */
  readonly examples: readonly (readonly [line: string, what: string])[]
  run(call: Call<F>): Promise<ExitCode>
}

/** Gives `run` the types of the flags. */
export function command<const F extends Flags>(spec: Command<F>): Command {
  return spec as unknown as Command
}

/** The command line cannot be understood; the message says how it should be. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError'
}
