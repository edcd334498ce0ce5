import type { DataType, Samples } from '../raster.ts'
import type { KernelWindow } from './kernel.ts'
import type { AreaKernel } from './registry.ts'

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

/** Values of one band for a row of target pixels, where `good` is set; clears it where no valid sample lies under the pixel. */
export function areaRow(
  name: AreaKernel,
  window: KernelWindow,
  dtype: DataType,
  data: Samples,
  spans: Spans,
  n: number,
  values: Float64Array,
  good: Uint8Array,
): void {
  if (name === 'average' || name === 'rms') meanRow(name === 'rms', window, data, spans, n, values, good)
  else orderRow(name, window, dtype, data, spans, n, values, good)
}

function meanRow(
  squares: boolean,
  window: KernelWindow,
  data: Samples,
  spans: Spans,
  n: number,
  values: Float64Array,
  good: Uint8Array,
): void {
  if (window.valid) maskedMeanRow(squares, window, window.valid, data, spans, n, values, good)
  else if (squares) squareRow(window, data, spans, n, values, good)
  else plainRow(window, data, spans, n, values, good)
}

/** Sum of the weights of one axis. */
function weightOf(count: number, first: number, last: number): number {
  return count === 1 ? first : first + last + count - 2
}

/** No branch a sample, and the weight of all of them at once. */
function plainRow(
  { offset, stride }: KernelWindow,
  data: Samples,
  { x0, x1, y0, y1, left, right, top, bottom }: Spans,
  n: number,
  values: Float64Array,
  good: Uint8Array,
): void {
  for (let k = 0; k < n; k++) {
    if (good[k] === 0) continue
    const first = x0[k]
    const count = x1[k] - first
    const rows = y1[k] - y0[k]
    const l = left[k]
    // Of a single column the last weight does not count.
    const r = count === 1 ? 0 : right[k]
    let start = offset + y0[k] * stride + first
    let sum = 0
    for (let b = 0; b < rows; b++, start += stride) {
      const last = start + count - 1
      let row = data[start] * l + data[last] * r
      for (let i = start + 1; i < last; i++) row += data[i]
      sum += b === 0 ? row * top[k] : b === rows - 1 ? row * bottom[k] : row
    }
    const total = weightOf(count, l, r) * weightOf(rows, top[k], bottom[k])
    if (total > 0) values[k] = sum / total
    else good[k] = 0
  }
}

/** The same of the squares, and the root of their mean. */
function squareRow(
  { offset, stride }: KernelWindow,
  data: Samples,
  { x0, x1, y0, y1, left, right, top, bottom }: Spans,
  n: number,
  values: Float64Array,
  good: Uint8Array,
): void {
  for (let k = 0; k < n; k++) {
    if (good[k] === 0) continue
    const first = x0[k]
    const count = x1[k] - first
    const rows = y1[k] - y0[k]
    const l = left[k]
    const r = count === 1 ? 0 : right[k]
    let start = offset + y0[k] * stride + first
    let sum = 0
    for (let b = 0; b < rows; b++, start += stride) {
      const last = start + count - 1
      let row = data[start] * data[start] * l + data[last] * data[last] * r
      for (let i = start + 1; i < last; i++) row += data[i] * data[i]
      sum += b === 0 ? row * top[k] : b === rows - 1 ? row * bottom[k] : row
    }
    const total = weightOf(count, l, r) * weightOf(rows, top[k], bottom[k])
    if (total > 0) values[k] = Math.sqrt(Math.max(0, sum / total))
    else good[k] = 0
  }
}

function maskedMeanRow(
  squares: boolean,
  { width, offset, stride }: KernelWindow,
  valid: Uint8Array,
  data: Samples,
  { x0, x1, y0, y1, left, right, top, bottom }: Spans,
  n: number,
  values: Float64Array,
  good: Uint8Array,
): void {
  for (let k = 0; k < n; k++) {
    if (good[k] === 0) continue
    const first = x0[k]
    const count = x1[k] - first
    const b0 = y0[k]
    const b1 = y1[k]
    let sum = 0
    let total = 0
    for (let b = b0; b < b1; b++) {
      const wy = b === b0 ? top[k] : b === b1 - 1 ? bottom[k] : 1
      const start = offset + b * stride + first
      const v = b * width + first
      for (let a = 0; a < count; a++) {
        if (valid[v + a] === 0) continue
        const w = wy * (a === 0 ? left[k] : a === count - 1 ? right[k] : 1)
        const sample = data[start + a]
        sum += (squares ? sample * sample : sample) * w
        total += w
      }
    }
    if (total > 0) values[k] = squares ? Math.sqrt(Math.max(0, sum / total)) : sum / total
    else good[k] = 0
  }
}

const QUANTILES = { med: 0.5, q1: 0.25, q3: 0.75 } as const

function orderRow(
  name: Exclude<AreaKernel, 'average' | 'rms'>,
  window: KernelWindow,
  dtype: DataType,
  data: Samples,
  spans: Spans,
  n: number,
  values: Float64Array,
  good: Uint8Array,
): void {
  const { width, offset, stride, valid } = window
  // Only three types are compared as they are; all others as float32.
  const exact = dtype === 'uint8' || dtype === 'uint16' || dtype === 'int16'
  let under = new Float64Array(64)
  for (let k = 0; k < n; k++) {
    if (good[k] === 0) continue
    const most = (spans.x1[k] - spans.x0[k]) * (spans.y1[k] - spans.y0[k])
    if (most > under.length) under = new Float64Array(most * 2)
    let count = 0
    for (let b = spans.y0[k]; b < spans.y1[k]; b++) {
      for (let a = spans.x0[k]; a < spans.x1[k]; a++) {
        if (valid === undefined || valid[b * width + a] === 1) under[count++] = data[offset + b * stride + a]
      }
    }
    if (count === 0) {
      good[k] = 0
      continue
    }
    const some = under.subarray(0, count)
    if (name === 'max' || name === 'min') values[k] = extreme(some, name === 'max')
    else if (name === 'mode') values[k] = mostFrequent(exact ? some : some.map(Math.fround))
    else values[k] = some.sort()[Math.max(0, Math.ceil(Math.fround(Math.fround(QUANTILES[name] * count) - 1)))]
  }
}

function extreme(values: Float64Array, greatest: boolean): number {
  let best = greatest ? -Infinity : Infinity
  for (const v of values) if (greatest ? v > best : v < best) best = v
  return best
}

/** The value whose running count was the first to exceed all others. */
function mostFrequent(values: Float64Array): number {
  const counts = new Map<number, number>()
  let best = 0
  let top = 0
  for (const v of values) {
    const count = (counts.get(v) ?? 0) + 1
    counts.set(v, count)
    if (count > top) {
      top = count
      best = v
    }
  }
  return best
}
