import { AlreadyExistsError, ParameterError, PreconditionFailedError, SmaltiError } from '../errors.ts'
import { withoutSecrets } from '../http/secrets.ts'
import { MisuseError } from './command.ts'
import { parseCommandLine } from './command-line.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { commandHelp, programHelp } from './help.ts'
import { nearestOf } from './nearest.ts'
import { COMMANDS } from './registry.ts'
import { StoppedError } from './stopped.ts'
import type { Terminal } from './terminal.ts'
import packageJson from '../../package.json' with { type: 'json' }

/** Runs one command line. Whatever goes wrong is said on stderr, without secrets; it does not throw. */
export async function run(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<ExitCode> {
  // `help create` is `create --help`.
  const [name, ...rest] = argv[0] === 'help' && argv.length > 1 ? [argv[1], '--help'] : argv
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      await terminal.print(programHelp())
      return EXIT.ok
    }
    if (name === '--version' || name === '-V') {
      await terminal.print(`${packageJson.version}\n`)
      return EXIT.ok
    }
    if (name === 'serve') {
      await terminal.print((await import('../config.ts')).helpText())
      return EXIT.ok
    }
    const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (!entry) throw new MisuseError(unknownCommand(name))
    const command = await entry.load()
    const { help, flags, words } = parseCommandLine(command, rest, env)
    if (help) {
      await terminal.print(commandHelp(name, command))
      return EXIT.ok
    }
    return await command.run({ flags, words, terminal })
  } catch (error) {
    return report(error, name, terminal)
  }
}

function unknownCommand(given: string): string {
  const near = nearestOf(given, ['serve', ...Object.keys(COMMANDS)])
  return `unknown command ${given}${near ? `; did you mean ${near}?` : '; smalti --help lists the commands'}`
}

function report(error: unknown, name: string, terminal: Terminal): ExitCode {
  const { signal } = terminal
  // What was under way fails in its own words when it is stopped.
  const cause = signal.aborted && signal.reason instanceof StoppedError ? signal.reason : error
  if (cause instanceof StoppedError) {
    if (cause.message !== '') terminal.say(`smalti: ${cause.message}`)
    return cause.exitCode
  }
  const who = Object.hasOwn(COMMANDS, name) ? `smalti ${name}` : 'smalti'
  terminal.say(`${who}: ${withoutSecrets(error instanceof Error ? error.message : String(error))}`)
  if (error instanceof AlreadyExistsError) {
    terminal.say('--force replaces it.')
    return EXIT.refused
  }
  if (error instanceof PreconditionFailedError) return EXIT.refused
  if (error instanceof MisuseError || (error instanceof ParameterError && error.parameter === 'url')) return EXIT.misuse
  // What nobody foresaw is a fault of ours: where it happened helps to mend it.
  if (error instanceof Error && !(error instanceof SmaltiError) && !('code' in error)) terminal.say(error.stack ?? '')
  return EXIT.failed
}
