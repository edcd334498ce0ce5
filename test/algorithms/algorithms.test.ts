import { describe, expect, it } from 'vitest'
import { algorithmMetadata } from '../../src/algorithms/metadata.ts'
import { algorithmRequest } from '../../src/algorithms/parameters.ts'
import { type AlgorithmName, algorithms, applyAlgorithm } from '../../src/algorithms/registry.ts'
import { isFloat, type Raster } from '../../src/raster/raster.ts'
import { rasterOf, readExpected, smallRaster, type ExpectedImage } from '../render/expected.ts'

interface Case {
  readonly name: AlgorithmName
  readonly params: Readonly<Record<string, number>>
  readonly input: ExpectedImage
  readonly bounds: readonly number[]
  readonly output: ExpectedImage & { readonly width: number; readonly height: number }
}

/** Relative. Integers: one value in a hundred may be off by one, where float32 and float64 fall on both sides of a whole number. */
const FLOAT_TOLERANCE = 1e-5

// Made by test/algorithms/reference.py.
const { cases, ...size } = readExpected<Case[]>(new URL('algorithms.expected.json', import.meta.url))

function inputOf({ input }: Case): Raster {
  return { ...rasterOf(input, size), transform: [30, 0, 1000, 0, -30, 2000 + 30 * size.height] }
}

function run(name: AlgorithmName, raster: Raster, params?: object): Raster {
  return applyAlgorithm(raster, algorithmRequest(name, params && JSON.stringify(params)))
}

describe.each(cases)('$name $params of $input.dtype', (wanted) => {
  it('is as titiler has it', () => {
    const { output } = wanted
    const result = run(wanted.name, inputOf(wanted), wanted.params)
    expect([result.width, result.height, result.bands.length]).toEqual([output.width, output.height, output.values.length])
    expect(result.wholeNumbers ?? result.dtype).toBe(normal(output.dtype, result))
    expect(result.masks.map((mask) => [...mask])).toEqual(output.masked.map((band) => band.map((m) => (m ? 0 : 255))))
    let off = 0
    const worst = isFloat(result.dtype) || wanted.name.startsWith('terra') ? Infinity : 1
    for (const [index, band] of result.bands.entries()) {
      for (let i = 0; i < band.length; i++) {
        if (result.masks[index][i] === 0) continue
        const expected = Number(output.values[index][i])
        const by = Math.abs(band[i] - expected)
        // Three bytes of one number: the lowest may wrap, so those have no worst.
        expect(by).toBeLessThanOrEqual(worst)
        if (by > (isFloat(result.dtype) ? FLOAT_TOLERANCE * Math.max(1e-3, Math.abs(expected)) : 0)) off++
      }
    }
    expect(off).toBeLessThanOrEqual(isFloat(result.dtype) ? 0 : (output.values.length * output.width * output.height) / 100)
  })

  it('says where the result lies', () => {
    const {
      transform: [a, , c, , e, f],
      width,
      height,
    } = run(wanted.name, inputOf(wanted), wanted.params)
    expect([c, f + e * height, c + a * width, f]).toEqual(wanted.bounds)
  })

  it('leaves its input as it is', () => {
    const raster = inputOf(wanted)
    run(wanted.name, raster, wanted.params)
    expect(raster).toEqual(inputOf(wanted))
  })
})

/** The mean of float32 values is float64 here whatever their masks. */
function normal(dtype: string, { dtype: ours }: Raster): string {
  return dtype === 'float32' && ours === 'float64' ? 'float64' : dtype
}

describe('parameters', () => {
  it('have defaults', () => {
    expect(algorithmRequest('hillshade', undefined)).toEqual({
      name: 'hillshade',
      values: { azimuth: 45, angle_altitude: 45, buffer: 3, z_exaggeration: 1 },
    })
    expect(algorithmRequest('terrarium', '{"nodata_height": null}').values).toEqual({ nodata_height: undefined })
  })

  it('may be written as texts; unknown ones are ignored', () => {
    expect(algorithmRequest('contours', '{"increment": "50", "color": "red"}').values).toMatchObject({ increment: 50 })
  })

  it.each([
    ['{"azimuth": 999}', 400, /azimuth: must be a whole number from 0 to 360/],
    ['{"azimuth": 1.5}', 400, /azimuth/],
    ['{"azimuth": true}', 400, /azimuth/],
    ['{"azimuth": ""}', 400, /azimuth/],
    ['{"azimuth": null}', 400, /azimuth/],
    ['{"z_exaggeration": 0}', 400, /z_exaggeration: must be a number from/],
    ['{', 422, /must be JSON/],
    ['[1]', 422, /JSON object/],
    ['null', 422, /JSON object/],
  ])('%s is refused', (text, status, message) => {
    expect(() => algorithmRequest('hillshade', text)).toThrow(expect.objectContaining({ status, parameter: 'algorithm_params' }))
    expect(() => algorithmRequest('hillshade', text)).toThrow(message)
  })
})

describe('data that an algorithm cannot work on is the caller’s mistake', () => {
  const pixel = smallRaster('uint8', [[1]])
  it.each([
    ['normalizedIndex', pixel, undefined],
    ['grayscale', pixel, undefined],
    ['bitonal', smallRaster('uint8', [[1], [2]]), undefined],
    ['contours', smallRaster('uint8', [[1], [2]]), undefined],
    ['hillshade', pixel, undefined],
    ['terrainrgb', pixel, { interval: 0 }],
    ['terrainrgb', smallRaster('float64', [[0, 1e9]]), undefined],
    ['slope', { ...smallRaster('uint8', [[1, 2, 3, 4]]), width: 2, height: 2 }, undefined],
  ] as const)('%s', (name, raster, params) => {
    expect(() => run(name, raster, params)).toThrow(expect.objectContaining({ status: 400 }))
  })
})

describe('what a program can learn', () => {
  it('is in the shape of titiler', () => {
    expect(algorithmMetadata('slope')).toEqual({
      title: 'Slope',
      description: 'Calculate degrees of slope from DEM dataset.',
      inputs: { nbands: 1 },
      outputs: { nbands: 1, dtype: 'float32', min: [0], max: [90] },
      parameters: {
        buffer: {
          default: 3,
          description: 'Buffer size for edge effects',
          maximum: 99,
          minimum: 0,
          title: 'Buffer',
          type: 'integer',
        },
        z_exaggeration: { default: 1, maximum: 1e6, minimum: 1e-6, title: 'Z Exaggeration', type: 'number' },
      },
    })
    for (const name of Object.keys(algorithms) as AlgorithmName[]) expect(algorithmMetadata(name).title).not.toBe('')
  })
})
