import type { Kind } from '../config/values.ts'

/** One flag of a command: its `--help`, its page in docs/cli.md and its validation all come from here. */
export interface Flag<T> {
  /** Meaning, one sentence without a full stop. */
  readonly about: string
  /** One letter: `-o`. */
  readonly short?: string
  /** What stands for the value in the help; absent: a switch. */
  readonly placeholder?: string
  /** May be given several times. */
  readonly repeat?: boolean
  readonly required?: boolean
  /** The default as the documentation shows it. */
  readonly shown?: string
  /** Environment variable that counts where the flag is not given. */
  readonly env?: string
  /** The value of the texts that were given, in order; none: it was not given. @throws Error whose message completes "--flag: …" */
  read(texts: readonly string[]): T
}

export type Flags = Readonly<Record<string, Flag<unknown>>>
export type FlagValues<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never }

type Extras = Pick<Flag<unknown>, 'short' | 'shown' | 'env'>

/** On or off. */
export function switchFlag(about: string, extras: Pick<Extras, 'short'> = {}): Flag<boolean> {
  return { ...extras, about, read: (texts) => texts.length > 0 }
}

/** undefined where it is not given. */
export function optional<T>(kind: Kind<T>, about: string, extras: Extras = {}): Flag<T | undefined> {
  return { ...extras, about, placeholder: kind.placeholder, read: (texts) => (texts.length > 0 ? once(kind, texts) : undefined) }
}

export function required<T>(kind: Kind<T>, about: string, extras: Extras = {}): Flag<T> {
  return { ...extras, about, placeholder: kind.placeholder, required: true, read: (texts) => once(kind, texts) }
}

export function withDefault<T>(kind: Kind<T>, fallback: NoInfer<T>, about: string, extras: Extras = {}): Flag<T> {
  const read = (texts: readonly string[]): T => (texts.length > 0 ? once(kind, texts) : fallback)
  return { shown: String(fallback), ...extras, about, placeholder: kind.placeholder, read }
}

/** All values that were given, in order; none is an empty list. */
export function repeated<T>(kind: Kind<T>, about: string, extras: Extras = {}): Flag<readonly T[]> {
  return { ...extras, about, placeholder: kind.placeholder, repeat: true, read: (texts) => texts.map((text) => kind.parse(text)) }
}

function once<T>(kind: Kind<T>, texts: readonly string[]): T {
  if (texts.length > 1) throw new Error('is given more than once')
  return kind.parse(texts[0])
}

/** `minTileCover` is `--min-tile-cover` on the command line. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
