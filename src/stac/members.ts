/** Members of an object that came from somebody else. */
export type Json = Readonly<Record<string, unknown>>

/** The value as an object; undefined: it is none. */
export function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The value as finite numbers, at least one; undefined: it is something else. */
export function numbers(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every((one) => finite(one) !== undefined)
    ? (value as readonly number[])
    : undefined
}
