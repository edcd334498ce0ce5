import { ParameterError } from '../errors.ts'
import { algorithm, madeOf } from './algorithm.ts'
import { terrainColors } from './terrain-colors.ts'

/** Heights in the colours of terrain from `minz` to `maxz`, with a black line every `increment`, `thickness` heights wide. */
export const contours = algorithm({
  title: 'Contours',
  description: 'Create contours from DEM dataset.',
  inputBands: 1,
  outputBands: 3,
  bandDescriptions: ['contours_r', 'contours_g', 'contours_b'],
  outputType: 'uint8',
  parameters: {
    increment: { type: 'integer', minimum: 0, maximum: 999, default: 35 },
    thickness: { type: 'integer', minimum: 0, maximum: 10, default: 1 },
    minz: { type: 'integer', minimum: -99_999, maximum: 99_999, default: -12_000 },
    maxz: { type: 'integer', minimum: -99_999, maximum: 99_999, default: 8000 },
  },
  run(raster, { increment, thickness, minz, maxz }) {
    if (raster.bands.length !== 1)
      throw new ParameterError(
        'algorithm',
        `contours takes 1 band, and these are ${raster.bands.length}: choose one with bidx`,
        400,
      )
    const [heights] = raster.bands
    const bands = terrainColors.map(() => new Uint8Array(heights.length))
    for (let i = 0; i < heights.length; i++) {
      const height = heights[i]
      // Python's modulo: the sign of the divisor. Without an increment it is NaN, and there are no lines.
      const over = ((height % increment) + increment) % increment
      if (over < thickness) continue
      const color = Math.trunc(((Math.min(Math.max(height, minz), maxz) - minz) / (maxz - minz)) * 254 + 1) & 255
      for (let band = 0; band < 3; band++) bands[band][i] = terrainColors[band][color]
    }
    return madeOf(raster, 'uint8', bands, raster.masks[0])
  },
})
