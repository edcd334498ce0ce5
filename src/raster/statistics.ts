import { type Samples, isFloat, TYPE_RANGE, type DataType } from './raster.ts'

export interface StatisticsRequest {
  /** Counts of single values instead of a histogram of ranges; `categories`: of these values alone. */
  readonly categorical: boolean
  readonly categories?: readonly number[]
  /** 0..100. */
  readonly percentiles: readonly number[]
  /** How many bins of equal width, or their borders in rising order. */
  readonly bins: number | readonly number[]
  /** Of bins of equal width; undefined: from the least to the greatest value. */
  readonly range?: readonly [min: number, max: number]
}

/** Statistics of one band, by rio-tiler's names. What cannot be said where nothing is valid is null. */
export interface BandStatistics {
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly count: number
  readonly sum: number
  readonly std: number | null
  readonly median: number | null
  readonly majority: number | null
  readonly minority: number | null
  readonly unique: number
  readonly histogram: readonly [counts: readonly number[], keys: readonly number[]]
  readonly valid_percent: number
  readonly masked_pixels: number
  readonly valid_pixels: number
  /** percentile_2, percentile_98 … */
  readonly [percentile: `percentile_${number}`]: number | null
}

/** One band and its mask; `coverage`: the part of each pixel that counts, 0..1; undefined: all of all. */
export interface StatisticsBand {
  readonly samples: Samples
  readonly dtype: DataType
  readonly mask: Uint8Array
  readonly coverage?: Float32Array
}

/** Weighted statistics of the valid, finite samples. Percentiles are samples, not interpolated; histogram and modes count pixels whole. */
export function bandStatistics(band: StatisticsBand, request: StatisticsRequest): BandStatistics {
  const { values, weights } = sorted(band)
  const keys = runs(values)
  const valid = values.length
  const covered = band.coverage ? band.coverage.reduce((sum, part) => sum + (part === 0 ? 0 : 1), 0) : band.samples.length
  const sums = weightedSums(values, weights)
  const [median, ...percentiles] = quantiles(values, weights, sums.count, [50, ...request.percentiles])
  return {
    min: values[0] ?? null,
    max: values[valid - 1] ?? null,
    mean: valid > 0 ? finite(sums.sum / sums.count) : null,
    count: sums.count,
    sum: sums.sum,
    std: valid > 0 ? finite(sums.std) : null,
    median,
    ...modes(keys),
    unique: keys.values.length,
    histogram: request.categorical
      ? categoryCounts(keys, request.categories, band.dtype)
      : histogram(values, request, band.dtype),
    valid_percent: covered === 0 ? 0 : Math.round(Math.min(valid / covered, 1) * 10_000) / 100,
    masked_pixels: band.samples.length - valid,
    valid_pixels: valid,
    ...Object.fromEntries(request.percentiles.map((percent, i) => [`percentile_${Math.trunc(percent)}`, percentiles[i]])),
  }
}

interface Sorted {
  readonly values: Float64Array
  /** undefined: 1 each. */
  readonly weights?: Float64Array
}

function sorted({ samples, mask, coverage }: StatisticsBand): Sorted {
  let count = 0
  const values = new Float64Array(samples.length)
  const places = coverage ? new Uint32Array(samples.length) : undefined
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]
    if (mask[i] === 0 || !Number.isFinite(value)) continue
    if (places) places[count] = i
    values[count++] = value
  }
  if (!coverage || !places) return { values: values.subarray(0, count).toSorted() }
  // Pixels of the same value in the order of the picture: their weights only ever count together.
  const order = places.subarray(0, count).toSorted((a, b) => samples[a] - samples[b])
  return { values: Float64Array.from(order, (i) => samples[i]), weights: Float64Array.from(order, (i) => coverage[i]) }
}

function weightedSums(values: Float64Array, weights: Float64Array | undefined): { count: number; sum: number; std: number } {
  let count = 0
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? weights[i] : 1
    count += weight
    sum += weight * values[i]
  }
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (weights ? weights[i] : 1) * (values[i] - mean) ** 2
  return { count, sum, std: Math.sqrt(squares / count) }
}

/** The first value at which the weights before and under it reach each part of the total. Percents need not rise. */
function quantiles(
  values: Float64Array,
  weights: Float64Array | undefined,
  total: number,
  percents: readonly number[],
): (number | null)[] {
  if (values.length === 0) return percents.map(() => null)
  const found: (number | null)[] = percents.map(() => null)
  const order = percents.map((_, i) => i).toSorted((a, b) => percents[a] - percents[b])
  let reached = 0
  let next = 0
  for (let i = 0; i < values.length && next < order.length; i++) {
    reached += weights ? weights[i] : 1
    while (next < order.length && reached >= (percents[order[next]] / 100) * total) found[order[next++]] = values[i]
  }
  // Rounding may leave the last sum a digit short.
  for (; next < order.length; next++) found[order[next]] = values[values.length - 1]
  return found
}

interface Runs {
  readonly values: readonly number[]
  readonly counts: readonly number[]
}

function runs(values: Float64Array): Runs {
  const keys: number[] = []
  const counts: number[] = []
  for (const value of values) {
    if (keys.length > 0 && keys[keys.length - 1] === value) counts[counts.length - 1]++
    else {
      keys.push(value)
      counts.push(1)
    }
  }
  return { values: keys, counts }
}

/** Of ties the lowest value. */
function modes({ values, counts }: Runs): { majority: number | null; minority: number | null } {
  if (values.length === 0) return { majority: null, minority: null }
  let most = 0
  let least = 0
  for (let i = 1; i < counts.length; i++) {
    if (counts[i] > counts[most]) most = i
    if (counts[i] < counts[least]) least = i
  }
  return { majority: values[most], minority: values[least] }
}

function categoryCounts(
  { values, counts }: Runs,
  categories: readonly number[] | undefined,
  dtype: DataType,
): readonly [number[], number[]] {
  if (!categories) return [[...counts], [...values]]
  const byValue = new Map(values.map((value, i) => [value, counts[i]]))
  const keys = categories.map((category) => asType(category, dtype))
  return [keys.map((key) => byValue.get(key) ?? 0), keys]
}

/** A category as a value of the data's type. */
function asType(value: number, dtype: DataType): number {
  if (isFloat(dtype)) return dtype === 'float32' ? Math.fround(value) : value
  const [min, max] = TYPE_RANGE[dtype]
  return Math.min(max, Math.max(min, Math.trunc(value)))
}

/** numpy's histogram of sorted values: bins hold their lower border, the last one its upper border too. */
function histogram(values: Float64Array, { bins, range }: StatisticsRequest, dtype: DataType): readonly [number[], number[]] {
  const equal = typeof bins === 'number' ? equalEdges(values, bins, range) : [...bins]
  // Borders between samples of 32 bits have 32 bits.
  const edges = typeof bins === 'number' && dtype === 'float32' ? equal.map(Math.fround) : equal
  const last = edges.length - 2
  const counts = edges.slice(1).map(() => 0)
  let bin = 0
  for (const value of values) {
    if (value < edges[0] || value > edges[last + 1]) continue
    while (bin < last && value >= edges[bin + 1]) bin++
    counts[bin]++
  }
  return [counts, edges]
}

function equalEdges(values: Float64Array, bins: number, range: readonly [number, number] | undefined): number[] {
  const [low, high] = range ?? (values.length === 0 ? [0, 1] : [values[0], values[values.length - 1]])
  const from = low === high ? low - 0.5 : low
  const to = low === high ? high + 0.5 : high
  const step = (to - from) / bins
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? to : i * step + from))
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
