import { type FilterChunk, storeRow } from './filter-chunk.ts'
import type { AxisRead } from './grid-read.ts'

/** Samples [first, end) of a chunk under each output pixel; the outer two weigh by their part. */
interface Spans {
  readonly first: Int32Array
  readonly end: Int32Array
  readonly low: Float64Array
  readonly high: Float64Array
}

function spansOf(axis: AxisRead, chunk: FilterChunk['x']): Spans {
  const offset = chunk.source - axis.base
  const n = chunk.count
  const spans = { first: new Int32Array(n), end: new Int32Array(n), low: new Float64Array(n), high: new Float64Array(n) }
  for (let i = 0; i < n; i++) {
    const p = axis.first + chunk.output + i
    const lo = axis.delta + p * axis.ratio
    const hi = axis.delta + (p + 1) * axis.ratio
    const a = Math.max(Math.trunc(lo + 1e-8), offset)
    const ceil = Math.ceil(hi - 1e-8)
    const b = Math.min(ceil === a ? ceil + 1 : ceil, offset + chunk.sources)
    spans.first[i] = a - offset
    spans.end[i] = b - offset
    spans.low[i] = b === a + 1 ? 1 : 1 - (lo - a)
    spans.high[i] = 1 - (b - hi)
  }
  return spans
}

/** average and rms: weighted by area, valid samples only. */
export function areaChunk(chunk: FilterChunk): void {
  const { filter, start, stride, mask } = chunk
  const { samples, method, dtype } = filter
  const squares = method === 'rms'
  const sx = spansOf(filter.x, chunk.x)
  const sy = spansOf(filter.y, chunk.y)
  const row = new Float64Array(chunk.x.count)
  const good = new Uint8Array(chunk.x.count)
  const single = dtype !== 'uint8' && dtype !== 'uint16'
  for (let j = 0; j < chunk.y.count; j++) {
    for (let i = 0; i < row.length; i++) {
      let sum = 0
      let total = 0
      for (let b = sy.first[j]; b < sy.end[j]; b++) {
        const wy = b === sy.first[j] ? sy.low[j] : b === sy.end[j] - 1 ? sy.high[j] : 1
        const at = start + b * stride
        for (let a = sx.first[i]; a < sx.end[i]; a++) {
          if (mask && mask[at + a] === 0) continue
          const w = wy * (a === sx.first[i] ? sx.low[i] : a === sx.end[i] - 1 ? sx.high[i] : 1)
          const v = samples[at + a]
          sum += (squares ? v * v : v) * w
          total += w
        }
      }
      good[i] = total > 0 ? 1 : 0
      row[i] = squares ? Math.sqrt(sum / total) : sum / total
    }
    storeRow(chunk, j, row, good, single)
  }
}

/** In row order a value wins when its running count exceeds the best so far. Bytes look at nodata, not at the mask. */
export function modeChunk(chunk: FilterChunk): void {
  const { filter, start, stride, mask, out, width, x, y } = chunk
  const { samples, nodata } = filter
  const bytes = filter.dtype === 'uint8'
  const sx = spansOf(filter.x, x)
  const sy = spansOf(filter.y, y)
  for (let j = 0; j < y.count; j++) {
    for (let i = 0; i < x.count; i++) {
      const counts = new Map<number, number>()
      let top = 0
      let best = nodata ?? 0
      for (let b = sy.first[j]; b < sy.end[j]; b++) {
        for (let a = start + b * stride + sx.first[i]; a < start + b * stride + sx.end[i]; a++) {
          const v = samples[a]
          if (bytes ? v === nodata : mask?.[a] === 0) continue
          const count = (counts.get(v) ?? 0) + 1
          counts.set(v, count)
          if (count > top) {
            top = count
            best = v
          }
        }
      }
      out[(y.output + j) * width + x.output + i] = best
    }
  }
}
