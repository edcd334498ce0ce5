/** Digits that one half of a packed key holds. */
const HALF = 15

/**
 * A quadkey of at most 30 digits, or a prefix of one, as two numbers of 30 bits: its first 15 digits and the next 15, aligned to the
 * left, so that keys of one length sort as numbers. `fill` stands for the digits that are missing: 0 gives the first key below a
 * prefix, 3 the last.
 */
export function packQuadkey(key: string, fill: 0 | 3): [high: number, low: number] {
  return [packHalf(key, 0, fill), packHalf(key, HALF, fill)]
}

function packHalf(key: string, from: number, fill: 0 | 3): number {
  let packed = 0
  for (let i = from; i < from + HALF; i++) packed = packed * 4 + (i < key.length ? key.charCodeAt(i) - 48 : fill)
  return packed
}

/** The quadkey of `zoom` digits that was packed. */
export function unpackQuadkey(high: number, low: number, zoom: number): string {
  let key = ''
  for (let i = 0; i < zoom; i++) key += digitAt(high, low, i)
  return key
}

/** The i-th digit, from the coarsest, of a packed key. */
export function digitAt(high: number, low: number, i: number): number {
  return i < HALF ? (high >> (2 * (HALF - 1 - i))) & 3 : (low >> (2 * (2 * HALF - 1 - i))) & 3
}
