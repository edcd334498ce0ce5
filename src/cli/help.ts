import type { Argument, Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { type Flag, flagName } from './flag.ts'
import { COMMANDS } from './registry.ts'

export const SERVE_ABOUT = 'the tile server; this is what runs where no command is named'

/** `smalti --help`: what there is. */
export function programHelp(): string {
  const rows = [['serve', SERVE_ABOUT], ...Object.entries(COMMANDS).map(([name, { about }]) => [name, about])]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  const lines = rows.map(([name, about]) => `  ${name.padEnd(width)}${about}`)
  return `smalti: mosaics of Cloud Optimized GeoTIFFs, made and served

Usage: smalti COMMAND [flags]

${lines.join('\n')}

smalti COMMAND --help says more of each. smalti --version prints the version.
Exit codes: ${EXIT.ok} done, ${EXIT.failed} failed, ${EXIT.misuse} wrong use, ${EXIT.refused} refused to overwrite, ${EXIT.incomplete} done without some assets, ${EXIT.interrupted} interrupted.
`
}

/** `smalti NAME --help`. */
export function commandHelp(name: string, command: Command): string {
  const rows = command.arguments.map((argument) => [shownArgument(argument), argument.about])
  const flags = Object.entries(command.flags).map(([key, flag]) => [shownFlag(key, flag), flagAbout(flag)])
  const examples = command.examples.map(([line, what]) => `  # ${what}\n  ${line}`)
  return [
    `${usage(name, command)}\n`,
    `${command.about}\n`,
    ...(rows.length > 0 ? [`${table(rows)}\n`] : []),
    `${table([...flags, ['-h, --help', 'print this']])}\n`,
    ...(examples.length > 0 ? [`${examples.join('\n')}\n`] : []),
  ].join('\n')
}

export function usage(name: string, command: Command): string {
  return ['Usage: smalti', name, ...command.arguments.map(shownArgument), '[flags]'].join(' ')
}

export function shownArgument({ name, optional, repeat }: Argument): string {
  const words = `${name}${repeat ? '...' : ''}`
  return optional ? `[${words}]` : words
}

export function shownFlag(key: string, { short, placeholder }: Flag<unknown>): string {
  return `${short === undefined ? '' : `-${short}, `}${flagName(key)}${placeholder === undefined ? '' : ` ${placeholder}`}`
}

/** Meaning, default and environment in one line. */
export function flagAbout({ about, repeat, required, shown, env }: Flag<unknown>): string {
  const more = [
    required && 'needed',
    repeat && 'repeat',
    shown !== undefined && `default: ${shown}`,
    env !== undefined && `environment: ${env}`,
  ].filter((part) => part !== false && part !== undefined)
  return more.length > 0 ? `${about} (${more.join('; ')})` : about
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map(([left, right]) => `  ${left}\n      ${right}`).join('\n')
}
