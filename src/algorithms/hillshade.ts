import { algorithm, madeOf } from './algorithm.ts'
import { BUFFER, withoutBuffer } from './buffer.ts'
import { gradient, Z_EXAGGERATION } from './gradient.ts'

const RADIANS = Math.PI / 180

/**
 * Light from `azimuth` (degrees) at `angle_altitude` above the horizon on the first band, heights in pixels: 0 dark to 255 bright. With
 * x and y the changes a pixel, the sines and cosines of slope and aspect are quotients of them: no angle is computed.
 */
export const hillshade = algorithm({
  title: 'Hillshade',
  description: 'Create hillshade from DEM dataset.',
  inputBands: 1,
  outputBands: 1,
  bandDescriptions: ['hillshade'],
  outputType: 'uint8',
  parameters: {
    azimuth: { type: 'integer', minimum: 0, maximum: 360, default: 45 },
    angle_altitude: { type: 'number', minimum: -90, maximum: 90, default: 45 },
    buffer: BUFFER,
    z_exaggeration: Z_EXAGGERATION,
  },
  run(raster, { azimuth, angle_altitude: altitude, buffer, z_exaggeration: factor }) {
    const { rows, columns, mask } = gradient(raster)
    const shade = new Uint8Array(rows.length)
    const sine = Math.sin(altitude * RADIANS)
    const cosine = Math.cos(altitude * RADIANS)
    const east = Math.cos((360 - azimuth) * RADIANS) * factor
    const north = Math.sin((360 - azimuth) * RADIANS) * factor
    for (let i = 0; i < shade.length; i++) {
      const x = rows[i]
      const y = columns[i]
      const light = (sine + cosine * (y * east - x * north)) / Math.sqrt(1 + (x * x + y * y) * factor * factor)
      shade[i] = Math.max(0, (255 * (light + 1)) / 2)
    }
    return withoutBuffer(madeOf(raster, 'uint8', [shade], mask), buffer)
  },
})
