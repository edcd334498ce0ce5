/** Values of parsed tags in the shapes that the format gives them; what has another shape counts as absent. */

type Tags = ReadonlyMap<number, unknown>

/** All numbers of a tag. */
export function numbers(tags: Tags, tag: number): number[] | undefined {
  const value = tags.get(tag)
  if (typeof value === 'number') return [value]
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array)
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value
  return undefined
}

/** The first number of a tag. */
export function number(tags: Tags, tag: number): number | undefined {
  return numbers(tags, tag)?.[0]
}

/** Text up to its NUL. */
export function text(tags: Tags, tag: number): string | undefined {
  const value = tags.get(tag)
  return typeof value === 'string' ? value.split('\0', 1)[0] : undefined
}
