import { type FilterChunk, storeRow } from './filter-chunk.ts'
import { type Taps, threeTaps } from './filter-taps.ts'
import { freeMemory } from './free-memory.ts'

/** Separable, where some samples are masked: the mask weighs along x; along y what has any weight counts fully. */
export function convolveMasked(chunk: FilterChunk, mask: Uint8Array, tx: Taps, ty: Taps): void {
  const { method } = chunk.filter
  const n = chunk.x.count
  const rows = new Float64Array(chunk.y.sources * n)
  const valid = new Uint8Array(rows.length)
  // Ringing kernels want a run of valid samples of half their width.
  const wantsRun = method === 'cubic' || method === 'lanczos'
  const three = wantsRun ? undefined : threeTaps(tx, chunk.filter.dtype, chunk.x.sources)
  if (three) acrossThree(chunk, mask, three, rows, valid)
  else acrossMasked(chunk, mask, tx, rows, valid, wantsRun)
  const row = new Float64Array(n)
  const good = new Uint8Array(n)
  for (let j = 0; j < chunk.y.count; j++) {
    if (wantsRun) downRun(rows, valid, n, ty, j, row, good)
    else down(rows, valid, n, ty, j, row, good)
    storeRow(chunk, j, row, good, true)
  }
  freeMemory(rows)
  freeMemory(valid)
}

function acrossMasked(
  { filter, start, stride, x, y }: FilterChunk,
  mask: Uint8Array,
  taps: Taps,
  rows: Float64Array,
  valid: Uint8Array,
  wantsRun: boolean,
): void {
  const { samples } = filter
  const { first, count, most, weights } = taps
  for (let j = 0, o = 0; j < y.sources; j++) {
    for (let i = 0; i < x.count; i++, o++) {
      const at = start + j * stride + first[i]
      let sum = 0
      let total = 0
      let run = 0
      let longest = 0
      for (let t = 0; t < count[i]; t++) {
        const m = mask[at + t]
        const v = samples[at + t]
        const w = weights[i * most + t] * m
        total += w
        run = m === 0 ? 0 : run + 1
        if (run > longest) longest = run
        // A NaN counts even where it is masked: that is what the reference does.
        if (m !== 0 || v !== v) sum += v * w
      }
      const enough = total > 0 && (!wantsRun || longest >= count[i] >> 1)
      valid[o] = enough ? 1 : 0
      rows[o] = enough ? sum / total : 0
    }
  }
}

/** {@link acrossMasked} without an inner loop. */
function acrossThree(
  { filter, start, stride, x, y }: FilterChunk,
  mask: Uint8Array,
  { first, weights }: Taps,
  rows: Float64Array,
  valid: Uint8Array,
): void {
  const { samples } = filter
  for (let j = 0, o = 0; j < y.sources; j++) {
    for (let i = 0, w = 0; i < x.count; i++, w += 3, o++) {
      const at = start + j * stride + first[i]
      const left = weights[w] * mask[at]
      const middle = weights[w + 1] * mask[at + 1]
      const right = weights[w + 2] * mask[at + 2]
      const total = left + middle + right
      if (total > 0) {
        valid[o] = 1
        rows[o] = (samples[at] * left + samples[at + 1] * middle + samples[at + 2] * right) / total
      }
    }
  }
}

function down(
  rows: Float64Array,
  valid: Uint8Array,
  n: number,
  { first, count, most, weights }: Taps,
  j: number,
  out: Float64Array,
  good: Uint8Array,
): void {
  for (let i = 0; i < n; i++) {
    let sum = 0
    let total = 0
    for (let t = 0, at = first[j] * n + i; t < count[j]; t++, at += n) {
      const w = weights[j * most + t] * valid[at]
      total += w
      sum += rows[at] * w
    }
    good[i] = total > 0 ? 1 : 0
    out[i] = sum / total
  }
}

/** {@link down} of a ringing kernel. */
function downRun(
  rows: Float64Array,
  valid: Uint8Array,
  n: number,
  taps: Taps,
  j: number,
  out: Float64Array,
  good: Uint8Array,
): void {
  const count = taps.count[j]
  for (let i = 0; i < n; i++) {
    let sum = 0
    let total = 0
    let run = 0
    let longest = 0
    for (let t = 0; t < count; t++) {
      const at = (taps.first[j] + t) * n + i
      const w = taps.weights[j * taps.most + t]
      run = valid[at] === 0 ? 0 : run + 1
      if (run > longest) longest = run
      if (valid[at] === 1) {
        total += w
        sum += rows[at] * w
      }
    }
    good[i] = total > 0 && longest >= count >> 1 ? 1 : 0
    out[i] = sum / total
  }
}
