import { parseArgs } from 'node:util'
import { nearestOf } from './nearest.ts'
import { type Command, MisuseError } from './command.ts'
import { flagName, type Flags } from './flag.ts'

export interface CommandLine {
  readonly help: boolean
  readonly flags: Readonly<Record<string, unknown>>
  readonly words: readonly string[]
}

/** What the words behind a command's name say, checked by its schema. @throws MisuseError naming the flag or word that is wrong */
export function parseCommandLine(
  { flags, arguments: places }: Command,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const given = textsByFlag(flags, argv)
  if (given.help) return { help: true, flags: {}, words: [] }
  const values = Object.entries(flags).map(([key, flag]) => {
    const name = flagName(key)
    const outside = flag.env !== undefined && env[flag.env]
    const texts = given.texts.get(key) ?? (outside ? [outside] : [])
    if (flag.required && texts.length === 0) throw new MisuseError(`${name} is needed: ${flag.about}`)
    const source = given.texts.has(key) || texts.length === 0 ? name : flag.env
    try {
      return [key, flag.read(texts)]
    } catch (error) {
      throw new MisuseError(`${source}: ${(error as Error).message}`, { cause: error })
    }
  })
  const missing = places.filter((place) => !place.optional)[given.words.length]
  if (missing) throw new MisuseError(`${missing.name} is needed: ${missing.about}`)
  if (!places.some((place) => place.repeat) && given.words.length > places.length) {
    throw new MisuseError(`unexpected argument "${given.words[places.length]}"`)
  }
  return { help: false, flags: Object.fromEntries(values), words: given.words }
}

interface Given {
  readonly help: boolean
  /** By the flag's key: what was given for it, in order; of a switch one empty text. */
  readonly texts: ReadonlyMap<string, readonly string[]>
  readonly words: readonly string[]
}

function textsByFlag(flags: Flags, argv: readonly string[]): Given {
  const keyOf = new Map(Object.keys(flags).map((key) => [flagName(key).slice(2), key]))
  const options = Object.fromEntries(
    [...keyOf].map(([name, key]) => [
      name,
      { type: flags[key].placeholder === undefined ? ('boolean' as const) : ('string' as const), short: flags[key].short },
    ]),
  )
  for (const option of Object.values(options)) if (option.short === undefined) delete option.short
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const texts = new Map<string, string[]>()
  const words: string[] = []
  let help = false
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    if (name === 'help') {
      help = true
      continue
    }
    const key = keyOf.get(name)
    if (key === undefined) throw new MisuseError(unknownFlag(rawName, [...keyOf.keys(), 'help']))
    const { placeholder } = flags[key]
    if (placeholder === undefined && value !== undefined) throw new MisuseError(`${rawName} takes no value`)
    if (placeholder !== undefined && (value === undefined || (!inlineValue && value.startsWith('--')))) {
      throw new MisuseError(`${rawName} needs a value (${placeholder})`)
    }
    texts.set(key, [...(texts.get(key) ?? []), value ?? ''])
  }
  return { help, texts, words }
}

function unknownFlag(given: string, names: readonly string[]): string {
  const near = given.startsWith('--')
    ? nearestOf(
        given,
        names.map((name) => `--${name}`),
      )
    : undefined
  return `unknown flag ${given}${near ? `; did you mean ${near}?` : '; --help lists the flags'}`
}
