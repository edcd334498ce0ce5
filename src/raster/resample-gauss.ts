import { type FilterChunk, storeRow } from './filter-chunk.ts'
import type { AxisRead } from './grid-read.ts'

/** Rows of Pascal's triangle: the weights of 3, 5 and 7 samples along an axis. */
const BINOMIALS = [
  [1, 2, 1],
  [1, 4, 6, 4, 1],
  [1, 6, 15, 20, 15, 6, 1],
] as const

/** Samples [first, end) of a chunk around each output pixel, and the weight of the first of them. */
interface Taps {
  readonly first: Int32Array
  readonly end: Int32Array
  readonly weight: Int32Array
}

/** Around the middle of the pixel's samples; the part of the matrix that leaves the chunk is cut off. Fractions of the window do not count. */
function tapsOf(axis: AxisRead, chunk: FilterChunk['x'], size: number): Taps {
  const { count, sources } = chunk
  const offset = chunk.source - axis.base
  const taps = { first: new Int32Array(count), end: new Int32Array(count), weight: new Int32Array(count) }
  for (let i = 0; i < count; i++) {
    const p = axis.first + chunk.output + i
    const start = Math.trunc(0.5 + p * axis.ratio)
    const stop = Math.trunc(0.5 + (p + 1) * axis.ratio) + 1
    const samples = start < offset ? stop + 1 - offset : stop - start
    const first = Math.max(start, offset) + (samples >> 1) - (size >> 1) - offset
    taps.first[i] = Math.max(0, first)
    taps.end[i] = Math.min(sources, first + size)
    taps.weight[i] = Math.max(0, -first)
  }
  return taps
}

/** gauss: a matrix of binomial weights, its size by the ratio of the rows; valid samples only. */
export function gaussChunk(chunk: FilterChunk): void {
  const { filter, start, stride, mask } = chunk
  const { samples } = filter
  const factor = Math.trunc(0.5 + filter.y.ratio)
  const weights = BINOMIALS[factor <= 2 ? 0 : factor <= 4 ? 1 : 2]
  const tx = tapsOf(filter.x, chunk.x, weights.length)
  const ty = tapsOf(filter.y, chunk.y, weights.length)
  const row = new Float64Array(chunk.x.count)
  const good = new Uint8Array(chunk.x.count)
  for (let j = 0; j < chunk.y.count; j++) {
    for (let i = 0; i < row.length; i++) {
      let sum = 0
      let total = 0
      for (let b = ty.first[j], wy = ty.weight[j]; b < ty.end[j]; b++, wy++) {
        const at = start + b * stride
        for (let a = tx.first[i], wx = tx.weight[i]; a < tx.end[i]; a++, wx++) {
          if (mask && mask[at + a] === 0) continue
          const w = weights[wy] * weights[wx]
          sum += samples[at + a] * w
          total += w
        }
      }
      good[i] = total > 0 ? 1 : 0
      row[i] = sum / total
    }
    storeRow(chunk, j, row, good, false)
  }
}
