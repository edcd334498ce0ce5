import { algorithm, madeOf, needBands } from './algorithm.ts'

/** (second - first) / (second + first), -1 to 1, in float32. No data where either band has none, or where the sum is 0. */
export const normalizedIndex = algorithm({
  title: 'Normalized Difference Index',
  description: 'Compute normalized difference index from two bands.',
  inputBands: 2,
  outputBands: 1,
  bandDescriptions: ['normalized index'],
  outputType: 'float32',
  outputRange: [-1, 1],
  parameters: {},
  run(raster) {
    needBands('normalizedIndex', raster, 2)
    const [first, second] = raster.bands
    const [firstMask, secondMask] = raster.masks
    const index = new Float32Array(first.length)
    const mask = new Uint8Array(first.length)
    for (let i = 0; i < index.length; i++) {
      const value = Math.fround(second[i] - first[i]) / Math.fround(second[i] + first[i])
      if (firstMask[i] === 0 || secondMask[i] === 0 || !Number.isFinite(value)) continue
      index[i] = value
      mask[i] = 255
    }
    return madeOf(raster, 'float32', [index], mask)
  },
})
