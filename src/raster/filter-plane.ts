import { type Filter, type FilterChunk, storeRow } from './filter-chunk.ts'
import { convolveMasked } from './filter-masked.ts'
import { type Taps, tapsOf, threeTaps } from './filter-taps.ts'
import { freeMemory } from './free-memory.ts'
import type { AxisRead } from './grid-read.ts'
import { areaType } from './kernels/kernel.ts'
import { WEIGHTS } from './kernels/weights.ts'
import { type DataType, type Samples, isOf, samplesOf } from './raster.ts'
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
  const three = threeTaps(tx, filter.dtype, x.sources)
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

function across(samples: Samples, start: number, { first, count, most, weights }: Taps, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    const at = start + first[i]
    const w = i * most
    let sum = 0
    for (let t = 0; t < count[i]; t++) sum += samples[at + t] * weights[w + t]
    out[i] = sum
  }
}

/** {@link across} without an inner loop. */
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
