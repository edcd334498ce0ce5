import { algorithm, madeOf } from './algorithm.ts'
import { NODATA_HEIGHT, withHeight } from './nodata-height.ts'

/** Heights of -32768 to 32767.996 m in three bytes: (red * 256 + green + blue / 256) - 32768. Mapzen's Terrarium. */
export const terrarium = algorithm({
  title: 'Terrarium',
  description: 'Encode DEM into RGB (Mapzen Terrarium).',
  inputBands: 1,
  outputBands: 3,
  bandDescriptions: ['terrarium_r', 'terrarium_g', 'terrarium_b'],
  outputType: 'uint8',
  parameters: { nodata_height: NODATA_HEIGHT },
  run(raster, { nodata_height: nodataHeight }) {
    const [heights] = raster.bands
    const [mask] = raster.masks
    const [red, green, blue] = [0, 1, 2].map(() => new Uint8Array(heights.length))
    for (let i = 0; i < heights.length; i++) {
      const height = mask[i] === 0 && nodataHeight != null ? nodataHeight : heights[i]
      const value = Math.min(Math.max(height + 32_768, 0), 65_535)
      red[i] = value / 256
      green[i] = value % 256
      blue[i] = (value * 256) % 256
    }
    return madeOf(raster, 'uint8', [red, green, blue], withHeight(mask, nodataHeight))
  },
})
