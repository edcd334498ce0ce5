import { ParameterError } from '../errors.ts'
import { cropped } from '../raster/cropped.ts'
import type { Raster } from '../raster/raster.ts'
import type { Parameter } from './algorithm.ts'

/** Pixels that an algorithm cuts from each side of its result: those at the edge know half of their neighbours only. */
export const BUFFER = {
  type: 'integer',
  minimum: 0,
  maximum: 99,
  default: 3,
  description: 'Pixels cut from each side, where neighbours are missing. Ask for as many with the tile’s buffer.',
} as const satisfies Parameter

/** @throws {ParameterError} 400, nothing would be left */
export function withoutBuffer(raster: Raster, buffer: number): Raster {
  if (buffer === 0) return raster
  if (raster.width <= 2 * buffer || raster.height <= 2 * buffer)
    throw new ParameterError('algorithm_params', `buffer: ${buffer} pixels on each side are more than the picture has`, 400)
  const [a, b, c, d, e, f] = raster.transform
  return { ...cropped(raster, buffer), transform: [a, b, c + buffer * (a + b), d, e, f + buffer * (d + e)] }
}
