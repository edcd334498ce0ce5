import type { Raster } from '../raster/raster.ts'
import type { Algorithm } from './algorithm.ts'
import { bandMax, bandMean, bandMedian, bandMin, bandStd, bandSum, bandVar } from './band-statistics.ts'
import { contours } from './contours.ts'
import { hillshade } from './hillshade.ts'
import { bitonal, grayscale } from './luma.ts'
import { normalizedIndex } from './normalized-index.ts'
import { slope } from './slope.ts'
import { terrainRgb } from './terrain-rgb.ts'
import { terrarium } from './terrarium.ts'
import { castToInt, ceil, floor } from './to-bytes.ts'

/** Algorithms by the name of `algorithm`; a new one is a file beside this one and a line here. */
export const algorithms = {
  hillshade,
  slope,
  contours,
  normalizedIndex,
  terrarium,
  terrainrgb: terrainRgb,
  cast: castToInt,
  ceil,
  floor,
  min: bandMin,
  max: bandMax,
  median: bandMedian,
  mean: bandMean,
  std: bandStd,
  var: bandVar,
  sum: bandSum,
  grayscale,
  bitonal,
} as const

export type AlgorithmName = keyof typeof algorithms

/** An algorithm and its checked parameters, as a request holds them. */
export interface AlgorithmRequest {
  readonly name: AlgorithmName
  /** All parameters, the defaults filled in. */
  readonly values: Readonly<Record<string, number | undefined>>
}

/** What the bands of the result are; undefined: still what they were. */
export function bandsOfAlgorithm({ name }: AlgorithmRequest): readonly string[] | undefined {
  const { bandDescriptions }: Omit<Algorithm, 'run'> = algorithms[name]
  return bandDescriptions
}

/** The raster itself where no algorithm was asked for. @throws {ParameterError} 400, data that the algorithm cannot work on */
export function applyAlgorithm(raster: Raster, request: AlgorithmRequest | undefined): Raster {
  if (!request) return raster
  // The values were checked against this algorithm's own parameters.
  const chosen = algorithms[request.name] as unknown as Algorithm
  return chosen.run(raster, request.values as never)
}
