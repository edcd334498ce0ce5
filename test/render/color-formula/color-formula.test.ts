import { describe, expect, test } from 'vitest'
import { ParameterError } from '../../../src/errors.ts'
import { WEB_MERCATOR } from '../../../src/grid/crs.ts'
import { type DataType, type Raster, samplesOf } from '../../../src/raster/raster.ts'
import { applyColorFormula } from '../../../src/render/color-formula/apply.ts'
import { parseColorFormula } from '../../../src/render/color-formula/parse.ts'
import expected from './color-operations.expected.json' with { type: 'json' }

const inputs = expected.inputs as Readonly<Partial<Record<DataType, readonly (readonly number[])[]>>>

function rasterOf(dtype: DataType, values: readonly (readonly number[])[]): Raster {
  const bands = values.map((band) => {
    const samples = samplesOf(dtype, band.length)
    samples.set(band)
    return samples
  })
  const mask = new Uint8Array(bands[0].length).fill(255)
  const transform = [1, 0, 0, 0, -1, 0] as const
  return { width: bands[0].length, height: 1, dtype, bands, masks: bands.map(() => mask), transform, crs: WEB_MERCATOR }
}

describe('color formula against color-operations', () => {
  // 255 steps a value that is cut, not rounded: powers of two libraries may fall on either side of a step.
  test.each(expected.cases)('$dtype: $formula, within 1, 99.5 % the same', ({ dtype, formula, values }) => {
    const raster = rasterOf(dtype as DataType, inputs[dtype as DataType] ?? [])
    const actual = applyColorFormula(raster, parseColorFormula(formula))
    expect(actual.dtype).toBe('uint8')
    const differences = values.flatMap((band, b) => band.map((value, i) => Math.abs(actual.bands[b][i] - value)))
    expect(Math.max(...differences)).toBeLessThanOrEqual(1)
    expect(differences.filter((d) => d > 0).length / differences.length).toBeLessThanOrEqual(0.005)
  })

  test('the values that it was given stay as they are', () => {
    const raster = rasterOf('uint8', expected.inputs.uint8)
    applyColorFormula(raster, parseColorFormula('gamma rgb 2 saturation 2'))
    expect([...raster.bands[0]]).toEqual(expected.inputs.uint8[0])
  })
})

describe('what is refused', () => {
  test.each([
    ['gama rgb 2', '"gama" is not one of gamma, sigmoidal, saturation'],
    ['', 'no operation'],
    ['gamma rgb', 'it is gamma BANDS GAMMA'],
    ['gamma rgb saturation 2', 'it is gamma BANDS GAMMA'],
    ['gamma rgb 2 3', '"3" is not one of'],
    ['gamma xyz 2', 'letters of rgb'],
    ['gamma 4 2', 'letters of rgb'],
    ['gamma rgb x', '"x" is not a number'],
    ['gamma rgb 0', 'greater than 0'],
    ['sigmoidal rgb 3 2', 'between 0 and 1'],
    ['saturation rgb 2', '"rgb" is not a number'],
    [Array.from({ length: 17 }, () => 'saturation 1').join(' '), 'at most 16'],
  ])('%s: 422', (formula, message) => {
    expect(() => parseColorFormula(formula)).toThrow(message)
    expect(() => parseColorFormula(formula)).toThrow(expect.objectContaining({ status: 422, parameter: 'color_formula' }))
  })

  test.each([
    ['float32', 3, 'gamma rgb 2', 'give a rescale'],
    ['uint8', 1, 'saturation 2', 'saturation is for 3 bands'],
    ['uint8', 1, 'gamma g 2', 'gamma names band 2, and there is 1'],
  ] as const)('%s with %i bands: %s is 400', (dtype, count, formula, message) => {
    const raster = rasterOf(
      dtype,
      Array.from({ length: count }, () => [1, 2, 3]),
    )
    const run = () => applyColorFormula(raster, parseColorFormula(formula))
    expect(run).toThrow(ParameterError)
    expect(run).toThrow(message)
    expect(run).toThrow(expect.objectContaining({ status: 400 }))
  })
})
