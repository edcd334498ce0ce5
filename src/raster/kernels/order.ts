import type { DataType, Samples } from '../raster.ts'
import type { KernelWindow } from './kernel.ts'
import type { AreaKernel } from './registry.ts'
import type { Spans } from './spans.ts'

const QUANTILES = { med: 0.5, q1: 0.25, q3: 0.75 } as const

/** Kernels that choose one of the samples under a pixel: none of them weighs. */
export function orderRow(
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
