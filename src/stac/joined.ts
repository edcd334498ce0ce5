import { castRaster, promote } from '../compose/promote.ts'
import { ParameterError } from '../errors.ts'
import { applyExpression } from '../raster/expression/apply.ts'
import type { Expression } from '../raster/expression/parse.ts'
import { freeRaster } from '../raster/free-memory.ts'
import { isFloat, type Raster } from '../raster/raster.ts'
import { resized } from '../raster/resize.ts'
import { valueRanges } from '../raster/value-ranges.ts'

/**
 * The bands of several rasters as those of one, in their order: in the size of the largest and in the smallest type that holds all of
 * their values. Then the expression over them, if there is one. At least one raster; they are used up. @throws ParameterError
 */
export function joinRasters(rasters: readonly Raster[], expression: Expression | undefined): Raster {
  const joined = rasters.length === 1 ? { ...rasters[0], alpha: undefined } : together(rasters)
  return expression ? evaluated(joined, expression) : joined
}

function together(rasters: readonly Raster[]): Raster {
  const width = Math.max(...rasters.map((raster) => raster.width))
  const height = Math.max(...rasters.map((raster) => raster.height))
  const dtype = rasters.map((raster) => raster.dtype).reduce(promote)
  // Half transparent samples of one of the files are no alpha of them all.
  const alike = rasters.map((raster) => castRaster(resized({ ...raster, alpha: undefined }, width, height), dtype))
  const ranges = alike.flatMap((raster) => raster.ranges ?? [])
  const bands = alike.flatMap((raster) => raster.bands)
  return {
    ...alike[0],
    dtype,
    bands,
    masks: alike.flatMap((raster) => raster.masks),
    wholeNumbers: dtype === 'float64' ? wholeNumbersOf(rasters) : undefined,
    ranges: ranges.length === bands.length ? ranges : undefined,
    palette: undefined,
  }
}

/** numpy's type of 64-bit integers for values of several types, if it has one for them. */
function wholeNumbersOf(rasters: readonly Raster[]): Raster['wholeNumbers'] {
  if (rasters.some(({ dtype, wholeNumbers }) => isFloat(dtype) && !wholeNumbers)) return undefined
  if (rasters.every(({ wholeNumbers }) => wholeNumbers !== 'uint64')) return 'int64'
  const unsigned = rasters.every(({ dtype, wholeNumbers }) => wholeNumbers === 'uint64' || dtype.startsWith('uint'))
  return unsigned ? 'uint64' : undefined
}

/** A pixel is valid where ALL bands are, those that the expression does not read included, as by rio-tiler. */
function evaluated(raster: Raster, expression: Expression): Raster {
  const { bands, masks, dtype } = raster
  const missing = expression.bands.find((band) => band >= bands.length)
  if (missing !== undefined) {
    throw new ParameterError('expression', `expression: the assets have bands 1 to ${bands.length}, not ${missing + 1}`, 400)
  }
  const result = applyExpression(expression, { dtype, bands: expression.bands.map((band) => bands[band]), masks })
  const ranges = valueRanges({ expression }, { ranges: raster.ranges }, expression.bands)
  const made = { ...raster, ...result, wholeNumbers: result.wholeNumbers, ranges, palette: undefined }
  freeRaster(raster, made)
  return made
}
