import { type DataType, isFloat, type Raster, samplesOf } from '../raster/raster.ts'
import { type Algorithm, algorithm, madeOf } from './algorithm.ts'

/** Of the valid values of one pixel, `values[0..count)`; undefined: no data. May reorder them. */
type Reduce = (values: Float64Array, count: number) => number | undefined

interface Shape {
  readonly title: string
  readonly description: string
  /** undefined: the type of the data. */
  readonly type?: DataType
}

/** One value a pixel from those of its bands; masked where no band is valid. */
function overBands({ title, description, type }: Shape, reduce: Reduce): Algorithm<Record<never, never>> {
  return algorithm({
    title,
    description,
    outputBands: 1,
    bandDescriptions: [title.toLowerCase()],
    outputType: type,
    parameters: {},
    run: (raster) => reduced(raster, type ?? raster.dtype, reduce),
  })
}

function reduced(raster: Raster, dtype: DataType, reduce: Reduce): Raster {
  const { bands, masks, width, height } = raster
  const band = samplesOf(dtype, width * height)
  const mask = new Uint8Array(width * height)
  const values = new Float64Array(bands.length)
  for (let i = 0; i < band.length; i++) {
    let count = 0
    for (let n = 0; n < bands.length; n++) if (masks[n][i] !== 0) values[count++] = bands[n][i]
    const value = count === 0 ? undefined : reduce(values, count)
    if (value === undefined) continue
    band[i] = value
    mask[i] = 255
  }
  return madeOf(raster, dtype, [band], mask)
}

function sumOf(values: Float64Array, count: number): number {
  let sum = 0
  for (let n = 0; n < count; n++) sum += values[n]
  return sum
}

/** Of a sample: divided by one less than the number of values. */
function varianceOf(values: Float64Array, count: number): number | undefined {
  if (count < 2) return undefined
  const mean = sumOf(values, count) / count
  let squares = 0
  for (let n = 0; n < count; n++) squares += (values[n] - mean) ** 2
  return squares / (count - 1)
}

export const bandMin = overBands({ title: 'Min', description: 'Return Min values along the `bands` axis.' }, (values, count) => {
  let least = values[0]
  for (let n = 1; n < count; n++) if (values[n] < least) least = values[n]
  return least
})

export const bandMax = overBands({ title: 'Max', description: 'Return Max values along the `bands` axis.' }, (values, count) => {
  let greatest = values[0]
  for (let n = 1; n < count; n++) if (values[n] > greatest) greatest = values[n]
  return greatest
})

export const bandMedian = overBands(
  { title: 'Median', description: 'Return Median values along the `bands` axis.', type: 'float64' },
  (values, count) => {
    const sorted = values.subarray(0, count).sort()
    return (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2
  },
)

export const bandMean = overBands(
  { title: 'Mean', description: 'Return Mean values.', type: 'float64' },
  (values, count) => sumOf(values, count) / count,
)

export const bandStd = overBands(
  { title: 'Standard deviation', description: 'Return the Standard Deviation along the `bands` axis.', type: 'float64' },
  (values, count) => {
    const variance = varianceOf(values, count)
    return variance === undefined ? undefined : Math.sqrt(variance)
  },
)

export const bandVar = overBands(
  { title: 'Variance', description: 'Return Variance along the `bands` axis.', type: 'float64' },
  varianceOf,
)

/** Sums of integers are numpy's 64-bit ones. */
export const bandSum = algorithm({
  title: 'Sum',
  description: 'Return Sum values along the `bands` axis.',
  outputBands: 1,
  bandDescriptions: ['sum'],
  parameters: {},
  run(raster) {
    if (isFloat(raster.dtype)) return reduced(raster, raster.dtype, sumOf)
    const wholeNumbers = raster.dtype.startsWith('u') ? 'uint64' : 'int64'
    return { ...reduced(raster, 'float64', sumOf), wholeNumbers }
  },
})
