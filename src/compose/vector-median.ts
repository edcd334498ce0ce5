import { isFloat, samplesOf, type Samples, TYPE_RANGE } from '../raster/raster.ts'
import { VECTOR_TYPES, type VectorType, simdExchange } from './simd-exchange.ts'
import { networkFor } from './sort-planes.ts'

export interface Layer {
  readonly samples: Samples
  /** 0: not valid. */
  readonly mask: Uint8Array
}

/** Pixels sorted at a time: the planes of some dozens of rasters stay in the processor's cache. A multiple of 16. */
const CHUNK = 2048
const PAGE = 65_536

export function isVectorType(type: string): type is VectorType {
  return (VECTOR_TYPES as readonly string[]).includes(type)
}

/** Medians of the valid samples of all layers, by vectors; `valid` becomes 255 where there is one. Of an even number the mean of the middle two. */
export function vectorMedian(layers: readonly Layer[], type: VectorType, valid: Uint8Array): Samples {
  const median = samplesOf(type, valid.length)
  const { memory, exchange } = simdExchange()
  const size = median.BYTES_PER_ELEMENT
  const missing = layers.length * CHUNK * size - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
  const planes = samplesOf(type, layers.length * CHUNK, memory.buffer)
  const last = isFloat(type) ? Infinity : TYPE_RANGE[type][1]
  const network = networkFor(layers.length)
  const counts = new Uint16Array(CHUNK)
  for (let start = 0; start < valid.length; start += CHUNK) {
    const length = Math.min(CHUNK, valid.length - start)
    let full = 0
    counts.fill(0)
    for (let n = 0; n < layers.length; n++) {
      const { samples, mask } = layers[n]
      const at = n * CHUNK
      planes.set(samples.subarray(start, start + length), at)
      if (mask.subarray(start, start + length).includes(0)) maskPlane(planes, at, mask, start, length, last, counts)
      else full++
    }
    const bytes = Math.ceil((length * size) / 16) * 16
    for (let pair = 0; pair < network.length; pair += 2) {
      const low = network[pair] * CHUNK * size
      exchange[type](low, network[pair + 1] * CHUNK * size, low + bytes)
    }
    if (full === layers.length) middle(planes, full, length, median, start)
    else middles(planes, full, counts, length, median, valid, start)
    if (full > 0) valid.fill(255, start, start + length)
  }
  return median
}

/** What is not valid sorts behind all others, or among those that are as great. */
function maskPlane(
  planes: Samples,
  at: number,
  mask: Uint8Array,
  start: number,
  length: number,
  last: number,
  counts: Uint16Array,
): void {
  for (let i = 0; i < length; i++) {
    if (mask[start + i] === 0) planes[at + i] = last
    else counts[i]++
  }
}

/** Of planes that are valid throughout. */
function middle(planes: Samples, count: number, length: number, median: Samples, start: number): void {
  const a = ((count - 1) >> 1) * CHUNK
  const b = (count >> 1) * CHUNK
  if (a === b) median.set(planes.subarray(a, a + length), start)
  else for (let i = 0; i < length; i++) median[start + i] = (planes[a + i] + planes[b + i]) / 2
}

function middles(
  planes: Samples,
  full: number,
  counts: Uint16Array,
  length: number,
  median: Samples,
  valid: Uint8Array,
  start: number,
): void {
  for (let i = 0; i < length; i++) {
    const n = full + counts[i]
    if (n === 0) continue
    median[start + i] = (planes[((n - 1) >> 1) * CHUNK + i] + planes[(n >> 1) * CHUNK + i]) / 2
    valid[start + i] = 255
  }
}
