import { ParameterError } from '../errors.ts'
import { type Raster, samplesOf } from '../raster/raster.ts'
import { algorithm, madeOf, needBands } from './algorithm.ts'

/** Grey of red, green and blue (the first three bands) by ITU-R 601-2, valid where all three are. */
function luma({ bands: [red, green, blue], masks }: Raster): { grey: Float64Array; mask: Uint8Array } {
  const grey = new Float64Array(red.length)
  const mask = new Uint8Array(red.length)
  for (let i = 0; i < grey.length; i++) {
    grey[i] = (red[i] * 299) / 1000 + (green[i] * 587) / 1000 + (blue[i] * 114) / 1000
    mask[i] = masks[0][i] && masks[1][i] && masks[2][i]
  }
  return { grey, mask }
}

export const grayscale = algorithm({
  title: 'Transform a RGB Image to Grayscale',
  description: 'Transform a RGB Image to Grayscale using the ITU-R 601-2 luma.',
  outputBands: 1,
  bandDescriptions: ['grayscale'],
  parameters: {},
  run(raster) {
    needBands('grayscale', raster, 3)
    const { grey, mask } = luma(raster)
    const band = samplesOf(raster.dtype, grey.length)
    for (let i = 0; i < band.length; i++) band[i] = grey[i]
    return madeOf(raster, raster.dtype, [band], mask)
  },
})

export const bitonal = algorithm({
  title: 'Transform an Image to Bitonal',
  description: 'All values larger than 127 are set to 255 (white), all other values to 0 (black).',
  outputBands: 1,
  bandDescriptions: ['bitonal'],
  outputType: 'uint8',
  parameters: {},
  run(raster) {
    const { bands, masks } = raster
    if (bands.length !== 1 && bands.length !== 3)
      throw new ParameterError(
        'algorithm',
        `bitonal takes 1 or 3 bands, and these are ${bands.length}: choose them with bidx`,
        400,
      )
    const { grey, mask } = bands.length === 3 ? luma(raster) : { grey: bands[0], mask: masks[0] }
    const band = Uint8Array.from(grey, (value) => (value > 127 ? 255 : 0))
    return madeOf(raster, 'uint8', [band], mask)
  },
})
