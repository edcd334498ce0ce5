import { closest, distance } from 'fastest-levenshtein'

/** The name that was probably meant, if one is near enough. */
export function nearestOf(given: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const nearest = closest(given, [...known])
  return distance(given, nearest) <= Math.max(2, given.length / 3) ? nearest : undefined
}
