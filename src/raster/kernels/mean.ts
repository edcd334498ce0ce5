import type { Samples } from '../raster.ts'
import type { KernelWindow } from './kernel.ts'
import type { Spans } from './spans.ts'

/** average and rms: weighted by area, valid samples only. */
export function meanRow(
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
