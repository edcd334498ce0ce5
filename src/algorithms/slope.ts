import { algorithm, madeOf } from './algorithm.ts'
import { BUFFER, withoutBuffer } from './buffer.ts'
import { gradient, Z_EXAGGERATION } from './gradient.ts'

/** Degrees of slope of the first band, 0 to 90, by the pixel's size in units of the picture's CRS. */
export const slope = algorithm({
  title: 'Slope',
  description: 'Calculate degrees of slope from DEM dataset.',
  inputBands: 1,
  outputBands: 1,
  bandDescriptions: ['slope'],
  outputType: 'float32',
  outputRange: [0, 90],
  parameters: { buffer: { ...BUFFER, description: 'Buffer size for edge effects' }, z_exaggeration: Z_EXAGGERATION },
  run(raster, { buffer, z_exaggeration: factor }) {
    const { rows, columns, mask } = gradient(raster)
    // The sizes of rows and columns change places, as in titiler; in square pixels nobody sees it.
    const perRow = factor / Math.abs(raster.transform[0])
    const perColumn = factor / Math.abs(raster.transform[4])
    const degrees = new Float32Array(rows.length)
    for (let i = 0; i < degrees.length; i++) {
      const x = rows[i] * perRow
      const y = columns[i] * perColumn
      degrees[i] = Math.atan(Math.sqrt(x * x + y * y)) * (180 / Math.PI)
    }
    return withoutBuffer(madeOf(raster, 'float32', [degrees], mask), buffer)
  },
})
