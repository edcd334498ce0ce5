import type { Raster } from '../raster/raster.ts'
import { type Algorithm, algorithm, gridOf } from './algorithm.ts'

/** Every band as uint8. What does not fit wraps around, as in numpy. */
function toBytes(title: string, round: (value: number) => number): Algorithm<Record<never, never>> {
  return algorithm({
    title,
    description: title,
    outputType: 'uint8',
    outputRange: [0, 255],
    parameters: {},
    run: (raster): Raster => ({
      ...gridOf(raster),
      dtype: 'uint8',
      masks: raster.masks,
      bands: raster.bands.map((band) => {
        const bytes = new Uint8Array(band.length)
        for (let i = 0; i < bytes.length; i++) bytes[i] = round(band[i])
        return bytes
      }),
    }),
  })
}

export const castToInt = toBytes('Cast data to Integer', Math.trunc)
export const ceil = toBytes('Round data to the smallest integer', Math.ceil)
export const floor = toBytes('Round data to the largest integer', Math.floor)
