import { type Filter, type FilterChunk, storeRow } from './filter-chunk.ts'
import { freeMemory } from './free-memory.ts'
import { type AxisRead, KERNEL_RADIUS } from './grid-read.ts'
import { areaType } from './kernels/kernel.ts'
import { WEIGHTS } from './kernels/weights.ts'
import { type DataType, type Samples, isFloat, isOf, samplesOf } from './raster.ts'
import { areaChunk, modeChunk } from './resample-area.ts'
import { gaussChunk } from './resample-gauss.ts'

function length(axis: AxisRead): number {
  return axis.chunks.reduce((sum, c) => sum + c.count, 0)
}

function asType(samples: Samples, type: DataType): Samples {
  if (isOf(samples, type)) return samples
  const out = samplesOf(type, samples.length)
  out.set(samples)
  return out
}

export function filterPlane(given: Filter): Samples {
  const { x, y, region, method, dtype, nodata } = given
  const filter = { ...given, samples: asType(given.samples, areaType(dtype)) }
  const width = length(x)
  const out = samplesOf(dtype, width * length(y))
  for (const cy of y.chunks) {
    for (const cx of x.chunks) {
      const start = (cy.source - region.y) * region.width + cx.source - region.x
      const at = { filter, x: cx, y: cy, start, stride: region.width, out, width }
      const mask = filter.mask && chunkMask(filter.mask, at)
      if (mask === 'empty') fillChunk(at, nodata ?? 0)
      else if (method in WEIGHTS) convolveChunk({ ...at, mask })
      else if (method === 'mode') modeChunk({ ...at, mask })
      else if (method === 'gauss') gaussChunk({ ...at, mask })
      else areaChunk({ ...at, mask })
    }
  }
  if (filter.samples !== given.samples) freeMemory(filter.samples)
  return out
}

type Place = Omit<FilterChunk, 'mask'>

/** A mask that is the same everywhere says nothing. */
function chunkMask(mask: Uint8Array, { start, stride, x, y }: Place): Uint8Array | 'empty' | undefined {
  const first = mask[start]
  for (let j = 0; j < y.sources; j++) {
    const row = start + j * stride
    for (let i = 0; i < x.sources; i++) if (mask[row + i] !== first) return mask
  }
  return first === 0 ? 'empty' : undefined
}

function fillChunk({ out, width, x, y }: Place, value: number): void {
  for (let j = y.output; j < y.output + y.count; j++) out.fill(value, j * width + x.output, j * width + x.output + x.count)
}

/** Weights of the taps of each output pixel of a chunk, from sample `first[i]` of the chunk. */
interface Taps {
  readonly first: Int32Array
  readonly count: Int32Array
  readonly most: number
  readonly weights: Float64Array
}

function tapsOf(axis: AxisRead, chunk: FilterChunk['x'], method: keyof typeof WEIGHTS, normalise: boolean): Taps {
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

/** Separable: along x for the rows of the chunk, then along y. */
function convolveChunk(chunk: FilterChunk): void {
  const { filter, mask } = chunk
  const method = filter.method as keyof typeof WEIGHTS
  const tx = tapsOf(filter.x, chunk.x, method, !mask)
  const ty = tapsOf(filter.y, chunk.y, method, !mask)
  if (mask) convolveMasked(chunk, mask, tx, ty)
  else convolveAll(chunk, tx, ty)
}

/** Each row is filtered along x when it is first needed, and kept until no output row looks at it any more. */
function convolveAll(chunk: FilterChunk, tx: Taps, ty: Taps): void {
  const { filter, start, stride, x, y } = chunk
  const n = x.count
  const three = isFloat(filter.dtype) ? undefined : threeTaps(tx, x.sources)
  const ring = Array.from({ length: ty.most }, () => new Float64Array(n))
  const row = new Float64Array(n)
  for (let j = 0, done = 0; j < y.count; j++) {
    const first = ty.first[j]
    const end = first + ty.count[j]
    for (done = Math.max(done, first); done < end; done++) {
      const to = ring[done % ring.length]
      if (three) acrossThree(filter.samples, start + done * stride, three, to)
      else across(filter.samples, start + done * stride, tx, to)
    }
    down(ring, ty, j, row)
    storeRow(chunk, j, row, undefined, true)
  }
}

function convolveMasked(chunk: FilterChunk, mask: Uint8Array, tx: Taps, ty: Taps): void {
  const { method } = chunk.filter
  const n = chunk.x.count
  const rows = new Float64Array(chunk.y.sources * n)
  const valid = new Uint8Array(rows.length)
  // Ringing kernels want a run of valid samples of half their width.
  const wantsRun = method === 'cubic' || method === 'lanczos'
  acrossMasked(chunk, mask, tx, rows, valid, wantsRun)
  const row = new Float64Array(n)
  const good = new Uint8Array(n)
  for (let j = 0; j < chunk.y.count; j++) {
    downMasked(rows, valid, n, ty, j, row, good, wantsRun)
    storeRow(chunk, j, row, good, true)
  }
  freeMemory(rows)
  freeMemory(valid)
}

function across(samples: Samples, start: number, { first, count, most, weights }: Taps, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    const at = start + first[i]
    const w = i * most
    let sum = 0
    for (let t = 0; t < count[i]; t++) sum += samples[at + t] * weights[w + t]
    out[i] = sum
  }
}

/** The same taps, three of each pixel, as many kernels have: what is missing has no weight. undefined: some have more. */
function threeTaps({ first, count, most, weights }: Taps, sources: number): Taps | undefined {
  if (sources < 3 || count.some((n) => n > 3)) return undefined
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

/** {@link across} without an inner loop. Not for floats: no weight times NaN is NaN. */
function acrossThree(samples: Samples, start: number, { first, weights }: Taps, out: Float64Array): void {
  for (let i = 0, w = 0; i < out.length; i++, w += 3) {
    const at = start + first[i]
    out[i] = samples[at] * weights[w] + samples[at + 1] * weights[w + 1] + samples[at + 2] * weights[w + 2]
  }
}

/** Sums output row j of the rows in the ring. */
function down(ring: readonly Float64Array[], { first, count, most, weights }: Taps, j: number, out: Float64Array): void {
  out.fill(0)
  for (let t = 0; t < count[j]; t++) addTo(out, ring[(first[j] + t) % ring.length], weights[j * most + t])
}

function addTo(out: Float64Array, row: Float64Array, weight: number): void {
  for (let i = 0; i < out.length; i++) out[i] += row[i] * weight
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

function downMasked(
  rows: Float64Array,
  valid: Uint8Array,
  n: number,
  taps: Taps,
  j: number,
  out: Float64Array,
  good: Uint8Array,
  wantsRun: boolean,
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
    good[i] = total > 0 && (!wantsRun || longest >= count >> 1) ? 1 : 0
    out[i] = sum / total
  }
}
