import { describe, expect, test } from 'vitest'
import { applyExpression } from '../../../src/raster/expression/apply.ts'
import { parseExpression } from '../../../src/raster/expression/parse.ts'
import { type DataType, type Samples, samplesOf } from '../../../src/raster/raster.ts'
import expected from './numexpr.expected.json' with { type: 'json' }

interface Case {
  readonly text: string
  readonly dtype: DataType
  readonly result?: string
  readonly values?: readonly (readonly number[])[]
  readonly masked?: readonly number[]
  readonly error?: string
}

const bands = expected.bands as Readonly<Record<DataType, readonly (readonly (number | null)[])[]>>

/** Truth is uint8 with us. */
const TYPES: Readonly<Record<string, string>> = { bool: 'uint8' }

function band(dtype: DataType, index: number): Samples {
  const values = bands[dtype][index]
  const samples = samplesOf(dtype, values.length)
  values.forEach((value, i) => {
    samples[i] = value ?? NaN
  })
  return samples
}

/** Relative: integers exact, float64 1e-13, float32 3e-7: two units in the last place, as libraries of functions differ there. */
function isClose(actual: number, wanted: number, type: string): boolean {
  if (actual === wanted) return true
  if (type !== 'float64' && type !== 'float32') return false
  return Math.abs(actual - wanted) <= (type === 'float64' ? 1e-13 : 3e-7) * Math.abs(wanted)
}

function faultOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  return undefined
}

describe('expressions against numexpr', () => {
  for (const dtype of Object.keys(bands) as DataType[]) {
    const cases = (expected.cases as readonly Case[]).filter((one) => one.dtype === dtype)

    test(`${dtype}: type, values and mask of ${cases.length} expressions`, () => {
      const wrong: string[] = []
      for (const { text, result, values, masked, error } of cases) {
        const expression = parseExpression(text)
        const masks = expression.bands.map((index) => {
          const mask = new Uint8Array(bands[dtype][0].length).fill(255)
          if (index === 1) mask[1] = 0
          return mask
        })
        const run = () =>
          applyExpression(expression, { dtype, bands: expression.bands.map((index) => band(dtype, index)), masks })
        if (error || !values || !result) {
          if (!faultOf(run)?.startsWith('expression: ')) wrong.push(`${text}: no error`)
          continue
        }
        const actual = run()
        if ((actual.wholeNumbers ?? actual.dtype) !== (TYPES[result] ?? result))
          wrong.push(`${text}: ${actual.dtype}, not ${result}`)
        values.forEach((row, index) => {
          row.forEach((value, i) => {
            const ours = actual.bands[index][i]
            // int64 is exact to 2^53 with us, and does not wrap at 2^63.
            if (result === 'int64' && Math.max(Math.abs(ours), Math.abs(value)) > 2 ** 53) return
            if (!isClose(ours, value, result)) wrong.push(`${text} [${index}][${i}]: ${ours}, not ${value}`)
          })
        })
        const valid = [...actual.masks[0]].map((v) => (v === 0 ? 1 : 0))
        if (valid.join() !== masked?.join()) wrong.push(`${text}: mask ${valid.join()}, not ${masked?.join()}`)
      }
      expect(wrong).toEqual([])
    })
  }
})
