import { closest, distance } from 'fastest-levenshtein'
import { SETTINGS, type Setting } from './config/settings.ts'
import { contradiction } from './config/together.ts'

type Name = keyof typeof SETTINGS
type Values = { readonly [K in Name]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never }

/** All settings, checked and frozen. `given`: those that were set, by a flag or the environment. */
export type Config = Values & { readonly given: ReadonlySet<Name> }

/** A setting that cannot be used. The message is for the operator and names the flag or the environment variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export type Environment = Readonly<Record<string, string | undefined>>

const NAMES = Object.keys(SETTINGS) as Name[]
const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
const envOf = (name: string): string => `SMALTI_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`

/** Names that Kubernetes injects for a Service called smalti, and the one by which tests find their shared data. */
const FOREIGN = /^SMALTI_(SERVICE_.*|PORT_.*|SHARED)$/

/** Wants for `--help`; the caller prints {@link helpText} and ends. */
export function wantsHelp(argv: readonly string[] = process.argv.slice(2)): boolean {
  return argv.some((word) => word === '--help' || word === '-h')
}

/** Settings from flags, else the environment, else the defaults. @throws ConfigError */
export function parseConfig(argv: readonly string[] = process.argv.slice(2), env: Environment = process.env): Config {
  const texts = new Map<Name, { source: string; texts: string[] }>()
  for (const [name, value] of fromEnvironment(env)) {
    texts.set(name, { source: envOf(name), texts: SETTINGS[name].kind.list ? value.split(',') : [value] })
  }
  for (const [name, values] of fromFlags(argv)) texts.set(name, { source: flagOf(name), texts: values })
  const read = (name: Name): unknown => {
    const found = texts.get(name)
    return found ? parse(SETTINGS[name], found.source, found.texts) : SETTINGS[name].default()
  }
  const values = Object.fromEntries(NAMES.map((name) => [name, freeze(read(name))])) as Values
  const given = new Set(texts.keys())
  const wrong = contradiction(values, given)
  if (wrong)
    throw new ConfigError(`${wrong.names.map((name) => texts.get(name)?.source ?? flagOf(name)).join(' and ')}: ${wrong.reason}`)
  // What is less than whole is never kept longer than what is whole.
  return Object.freeze({ ...values, partialMaxAge: Math.min(values.partialMaxAge, values.maxAge), given })
}

function parse(setting: Setting<unknown>, source: string, texts: readonly string[]): unknown {
  try {
    if (setting.kind.list) return texts.flatMap((text) => setting.kind.parse(text))
    if (texts.length > 1) throw new Error('is given more than once')
    return setting.kind.parse(texts[0])
  } catch (error) {
    throw new ConfigError(`${source}: ${(error as Error).message}`, { cause: error })
  }
}

function fromEnvironment(env: Environment): [Name, string][] {
  const found: [Name, string][] = []
  for (const [key, value] of Object.entries(env)) {
    if (!key.startsWith('SMALTI_') || value == null || FOREIGN.test(key)) continue
    if (key === 'SMALTI_PORT' && value.startsWith('tcp://')) continue
    const name = NAMES.find((candidate) => envOf(candidate) === key)
    if (!name) throw unknown('environment variable', key, NAMES.map(envOf))
    // An empty variable is how compose files and shells say "not set".
    if (value !== '') found.push([name, value])
  }
  return found
}

function fromFlags(argv: readonly string[]): Map<Name, string[]> {
  const found = new Map<Name, string[]>()
  const words = argv[0] === 'serve' ? argv.slice(1) : [...argv]
  for (let at = 0; at < words.length; at++) {
    const [, flag, inline] = /^(--[^=]+)(?:=(.*))?$/s.exec(words[at]) ?? []
    if (flag == null) throw new ConfigError(`unexpected argument "${words[at]}"; --help lists the settings`)
    const name = NAMES.find((candidate) => flagOf(candidate) === flag)
    if (!name) throw unknown('flag', flag, [...NAMES.map(flagOf), '--help'])
    const value = inline ?? words[++at]
    if (value == null || (inline == null && value.startsWith('--')))
      throw new ConfigError(`${flag} needs a value (${SETTINGS[name].kind.placeholder})`)
    found.set(name, [...(found.get(name) ?? []), value])
  }
  return found
}

function unknown(what: string, given: string, known: readonly string[]): ConfigError {
  const nearest = closest(given, [...known])
  const near = distance(given, nearest) <= Math.max(3, given.length / 3)
  return new ConfigError(`unknown ${what} ${given}${near ? `; did you mean ${nearest}?` : '; --help lists the settings'}`)
}

function freeze(value: unknown): unknown {
  return Array.isArray(value) ? Object.freeze(value) : value
}

/** What `--help` prints. */
export function helpText(): string {
  const rows = NAMES.map((name) => {
    const { kind, about, shown } = SETTINGS[name]
    const more = kind.list ? ' (repeat; commas in the environment)' : ''
    return `  ${flagOf(name)} ${kind.placeholder}\n      ${about}${more}\n      default: ${shown}; environment: ${envOf(name)}`
  })
  return `smalti: a dynamic tile server for mosaics of Cloud Optimized GeoTIFFs\n\nUsage: smalti serve [settings]        in a clone: npm start -- [settings]\n\n${rows.join('\n')}\n  --help\n      print this\n\nA flag wins over the environment.\n`
}

const cell = (value: string): string => value.replaceAll('|', '\\|')

/** The settings as a markdown table, for the README. */
export function configTable(): string {
  const rows = NAMES.map((name) => {
    const { kind, about, shown } = SETTINGS[name]
    const repeat = kind.list ? ' (repeat)' : ''
    return `| \`${cell(`${flagOf(name)} ${kind.placeholder}`)}\`${repeat} | \`${envOf(name)}\` | ${cell(about)} | ${cell(shown)} |`
  })
  return ['| flag | environment | meaning | default |', '|---|---|---|---|', ...rows, ''].join('\n')
}
