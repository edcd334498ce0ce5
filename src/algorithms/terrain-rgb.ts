import { ParameterError } from '../errors.ts'
import { roundHalfEven } from '../grid/warped-grid.ts'
import { algorithm, madeOf } from './algorithm.ts'
import { NODATA_HEIGHT, withHeight } from './nodata-height.ts'

/** Steps that three bytes hold. */
const STEPS = 256 ** 3

/** Heights in steps of `interval` above `baseval`, in three bytes: baseval + (red * 65536 + green * 256 + blue) * interval. Mapbox. */
export const terrainRgb = algorithm({
  title: 'TerrainRGB',
  description: 'Encode DEM into RGB (Mapbox Terrain RGB).',
  inputBands: 1,
  outputBands: 3,
  bandDescriptions: ['terrain_r', 'terrain_g', 'terrain_b'],
  outputType: 'uint8',
  parameters: {
    interval: { type: 'number', minimum: 0, maximum: 1, default: 0.1 },
    baseval: { type: 'number', minimum: -99_999, maximum: 99_999, default: -10_000 },
    nodata_height: NODATA_HEIGHT,
  },
  run(raster, { interval, baseval, nodata_height: nodataHeight }) {
    if (interval === 0) throw new ParameterError('algorithm_params', 'interval: must be above 0', 400)
    const [heights] = raster.bands
    const [mask] = raster.masks
    const [red, green, blue] = [0, 1, 2].map(() => new Uint8Array(heights.length))
    let least = Infinity
    let greatest = -Infinity
    for (let i = 0; i < heights.length; i++) {
      const valid = mask[i] !== 0
      const steps = valid ? roundHalfEven((heights[i] - baseval) / interval) : ((nodataHeight ?? heights[i]) - baseval) / interval
      if (valid) {
        if (steps < least) least = steps
        if (steps > greatest) greatest = steps
      }
      red[i] = steps >> 16
      green[i] = steps >> 8
      blue[i] = steps
    }
    if (greatest - least > STEPS)
      throw new ParameterError(
        'algorithm_params',
        `interval: the heights span ${greatest - least} steps, and three bytes hold ${STEPS}`,
        400,
      )
    return madeOf(raster, 'uint8', [red, green, blue], withHeight(mask, nodataHeight))
  },
})
