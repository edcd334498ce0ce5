const EPSILON = 1e-10

/** The samples under one target pixel: columns [x0, x1), rows [y0, y1); the first and last count by their part. */
export interface Spans {
  readonly x0: Int32Array
  readonly x1: Int32Array
  readonly y0: Int32Array
  readonly y1: Int32Array
  /** Weight of the first and of the last column and row; those between weigh 1. */
  readonly left: Float64Array
  readonly right: Float64Array
  readonly top: Float64Array
  readonly bottom: Float64Array
}

export function newSpans(n: number): Spans {
  return {
    x0: new Int32Array(n),
    x1: new Int32Array(n),
    y0: new Int32Array(n),
    y1: new Int32Array(n),
    left: new Float64Array(n),
    right: new Float64Array(n),
    top: new Float64Array(n),
    bottom: new Float64Array(n),
  }
}

/** Columns under [lo, hi) of a window; false: none. */
export function setSpan(
  lo: number,
  hi: number,
  size: number,
  k: number,
  start: Int32Array,
  end: Int32Array,
  first: Float64Array,
  last: Float64Array,
): boolean {
  if (!(hi > -EPSILON && lo < size + EPSILON)) return false
  const a = Math.max(Math.floor(lo + EPSILON), 0)
  let b = Math.min(Math.ceil(hi - EPSILON), size)
  if (a === b && b < size) b++
  start[k] = a
  end[k] = b
  first[k] = a + 1 === b ? 1 : 1 - (lo - a)
  last[k] = 1 - (b - hi)
  return b > a
}
