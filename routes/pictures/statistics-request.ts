import { ParameterError } from '../../src/errors.ts'
import type { StatisticsRequest } from '../../src/raster/statistics.ts'
import { parseRescale } from '../render-request.ts'

export interface StatisticsParameters {
  readonly categorical?: boolean
  readonly c?: readonly number[]
  readonly p?: readonly number[]
  readonly histogram_bins?: string
  readonly histogram_range?: string
}

const MAX_BINS = 4096

/** @throws ParameterError */
export function statisticsRequest({
  categorical,
  c,
  p,
  histogram_bins,
  histogram_range,
}: StatisticsParameters): StatisticsRequest {
  return {
    categorical: categorical ?? false,
    categories: c?.length ? c : undefined,
    percentiles: p?.length ? p : [2, 98],
    bins: parseBins(histogram_bins ?? '10'),
    range: histogram_range == null ? undefined : parseRange(histogram_range),
  }
}

function parseBins(text: string): number | readonly number[] {
  const edges = text.split(',').map(Number)
  const bins = edges.length === 1 ? edges[0] : edges.length - 1
  if (!(bins >= 1 && bins <= MAX_BINS)) throw new ParameterError('histogram_bins', `histogram_bins: 1 to ${MAX_BINS} bins`)
  if (edges.length === 1) return bins
  if (edges.some((edge, i) => i > 0 && edge < edges[i - 1]))
    throw new ParameterError('histogram_bins', 'histogram_bins: the borders must rise')
  return edges
}

function parseRange(text: string): readonly [min: number, max: number] {
  try {
    const pairs = parseRescale([text])
    if (pairs.length === 1 && pairs[0][0] <= pairs[0][1]) return pairs[0]
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error
  }
  throw new ParameterError('histogram_range', 'histogram_range: must be min,max: two numbers, the first not above the second')
}
