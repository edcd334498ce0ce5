import type { FilterChunk } from './filter-chunk.ts'
import { type AxisRead, KERNEL_RADIUS } from './grid-read.ts'
import { WEIGHTS } from './kernels/weights.ts'
import { type DataType, isFloat } from './raster.ts'

/** Weights of the taps of each output pixel of a chunk, from sample `first[i]` of the chunk. */
export interface Taps {
  readonly first: Int32Array
  readonly count: Int32Array
  readonly most: number
  readonly weights: Float64Array
}

export function tapsOf(axis: AxisRead, chunk: FilterChunk['x'], method: keyof typeof WEIGHTS, normalise: boolean): Taps {
  const scale = Math.min(1, 1 / axis.ratio)
  const radius = KERNEL_RADIUS[method] / scale
  const weight = WEIGHTS[method]
  const height = method === 'cubic_spline' ? 6 : 1
  const offset = chunk.source - axis.base
  const most = Math.ceil(2 * radius) + 2
  const first = new Int32Array(chunk.count)
  const count = new Int32Array(chunk.count)
  const weights = new Float64Array(chunk.count * most)
  for (let i = 0; i < chunk.count; i++) {
    const centre = (axis.first + chunk.output + i + 0.5) * axis.ratio + axis.delta
    const lo = Math.max(Math.floor(centre - radius + 0.5), offset)
    const hi = Math.min(Math.trunc(centre + radius + 0.5), offset + chunk.sources)
    let sum = 0
    for (let s = lo; s < hi; s++) {
      const w = weight(scale * (s - centre + 0.5)) / height
      weights[i * most + s - lo] = w
      sum += w
    }
    if (normalise) for (let t = i * most; t < i * most + hi - lo; t++) weights[t] /= sum
    first[i] = lo - offset
    count[i] = Math.max(0, hi - lo)
  }
  return { first, count, most, weights }
}

/**
 * The same taps, three of each pixel, as many kernels have: what is missing has no weight. undefined: some have more, or the samples may
 * be NaN, which is NaN without weight, too.
 */
export function threeTaps({ first, count, most, weights }: Taps, dtype: DataType, sources: number): Taps | undefined {
  if (isFloat(dtype) || sources < 3 || count.some((n) => n > 3)) return undefined
  const three = {
    first: new Int32Array(first.length),
    count: count.map(() => 3),
    most: 3,
    weights: new Float64Array(first.length * 3),
  }
  for (let i = 0; i < first.length; i++) {
    const at = Math.min(first[i], sources - 3)
    three.first[i] = at
    for (let t = 0; t < count[i]; t++) three.weights[i * 3 + first[i] - at + t] = weights[i * most + t]
  }
  return three
}
