import { describe, expect, test } from 'vitest'
import { parseExpression } from '../../src/raster/expression/parse.ts'
import { valueRanges } from '../../src/raster/value-ranges.ts'
import { applyValues, planValues } from '../../src/raster/values.ts'

const masks = [Uint8Array.of(255, 255, 0), Uint8Array.of(255, 0, 255)]
const bands = [Int16Array.of(5311, -7, 3), Int16Array.of(5310, 12, 0)]
const part = { width: 3, height: 1, bands, masks, alpha: Int16Array.of(1, 2, 3) }
const file = { dtype: 'int16' as const, scales: [0.0001, 0.001], offsets: [1000, 2000] }

/*
 * Expected, with numpy 2.4.6, as rio_tiler.reader.read does it:
 *   data = numpy.array([[5311, -7, 3], [5310, 12, 0]], "int16").astype("float32")
 *   numpy.multiply(data, numpy.array([[1e-4], [1e-3]]), out=data, casting="unsafe")
 *   numpy.add(data, numpy.array([[1000.0], [2000.0]]), out=data, casting="unsafe"); data.tolist()
 * written with ten digits: float32 has seven
 */
const UNSCALED = [
  [1000.5311279, 999.9993286, 1000.0003052],
  [2005.3100586, 2000.0119629, 2000],
].map((band) => band.map(Math.fround))

describe('values before they are composed', () => {
  test('unscale: float32, rounded after the product and after the sum as numpy in place; masks stay, alpha goes', () => {
    const steps = planValues({ unscale: true }, file, [0, 1])
    const result = steps && applyValues(part, 'int16', steps)
    expect(result?.dtype).toBe('float32')
    expect(result?.bands.map((band) => [...band])).toEqual(UNSCALED)
    expect(result?.masks).toBe(masks)
    expect(result?.alpha).toBeUndefined()
  })

  test('bands take their own scale, in the order that they are read in', () => {
    const steps = planValues({ unscale: true }, file, [1])
    expect(steps?.scaling).toEqual({ scales: [0.001], offsets: [2000] })
  })

  test('an expression sees unscaled values, and is valid where both of its bands are', () => {
    const steps = planValues({ unscale: true, expression: parseExpression('b2-b1') }, file, [0, 1])
    const result = steps && applyValues(part, 'int16', steps)
    expect(result?.dtype).toBe('float32')
    expect(result?.bands.map((band) => [...band])).toEqual([[1004.7789307, 1000.0126343, 999.9996948].map(Math.fround)])
    expect(result?.masks.map((mask) => [...mask])).toEqual([[255, 0, 0]])
  })

  test('nothing asked for: nothing done', () => {
    expect(planValues({}, file, [0])).toBeUndefined()
  })
})

describe('ranges that a file states', () => {
  const stated = { ...file, ranges: [[0, 10] as const, [-5, 5] as const, undefined] }

  test('of the bands that are read, unscaled with them', () => {
    expect(valueRanges({}, stated, [1, 0])).toEqual([
      [-5, 5],
      [0, 10],
    ])
    expect(valueRanges({ unscale: true }, stated, [1])).toEqual([[1999.995, 2000.005]])
  })

  test('one band without: none', () => {
    expect(valueRanges({}, stated, [0, 2])).toBeUndefined()
    expect(valueRanges({}, file, [0])).toBeUndefined()
  })

  test('of an expression: its least and greatest at the corners', () => {
    expect(valueRanges({ expression: parseExpression('b1*b2;b1-b2') }, stated, [0, 1])).toEqual([
      [-50, 50],
      [-5, 15],
    ])
  })
})
