import { describe, expect, test } from 'vitest'
import { ParameterError } from '../../../src/errors.ts'
import { applyExpression } from '../../../src/raster/expression/apply.ts'
import { expressionNames } from '../../../src/raster/expression/names.ts'
import { parseExpression } from '../../../src/raster/expression/parse.ts'

/** Parses and evaluates over three uint8 samples a band. */
function run(text: string) {
  const expression = parseExpression(text)
  const masks = expression.bands.map(() => new Uint8Array(3).fill(255))
  return applyExpression(expression, {
    dtype: 'uint8',
    bands: expression.bands.map((band) => Uint8Array.of(band + 1, 10, 20)),
    masks,
  })
}

function fault(text: string): ParameterError {
  try {
    run(text)
  } catch (error) {
    if (error instanceof ParameterError) return error
    throw error
  }
  throw new Error(`${text} was taken`)
}

describe('what an expression reads', () => {
  test('bands come once, ascending and 0-based; blocks keep their order and their text', () => {
    const expression = parseExpression(' b3 - B1 ;; (b3+b10)*2;')
    expect(expression.bands).toEqual([0, 2, 9])
    expect(expressionNames(expression)).toEqual(['b3 - b1', '(b3+b10)*2'])
  })

  test('min and max of several values are taken sample by sample', () => {
    expect([...run('min(b1, b2, 15)').bands[0]]).toEqual([1, 10, 15])
    expect([...run('max(b1, b2, 15)').bands[0]]).toEqual([15, 15, 20])
  })

  test('a mask that one band lacks masks all blocks', () => {
    const expression = parseExpression('b1;b2')
    const masks = [Uint8Array.of(255, 0, 255), Uint8Array.of(255, 255, 0)]
    const bands = [new Uint8Array(3), new Uint8Array(3)]
    const result = applyExpression(expression, { dtype: 'uint8', bands, masks })
    expect(result.masks.map((mask) => [...mask])).toEqual([
      [255, 0, 0],
      [255, 0, 0],
    ])
  })
})

describe('errors point at the character', () => {
  test.each([
    ['b1+', 'the expression ends too early', 'at the end, after "b1+"'],
    ['foo(b1)', 'there is no function "foo"', 'at character 1'],
    ['b1 + hello', '"hello" is not a band', 'at character 6, "hello"'],
    ['b0', '"b0" is not a band', 'at character 1'],
    ['1+1', 'must name a band', 'at character 1'],
    ["__import__('os')", 'has no place', 'at character 12'],
    ['b1.__class__', '"." has no place', 'at character 3'],
    ['b1[0]', '"[" has no place', 'at character 3'],
    ["'a'*b1", 'has no place', 'at character 1'],
    ['b1 < b2 < 3', 'comparisons do not chain', 'at character 9'],
    ['b1 > 2 and b2 > 2', 'and is written &', 'at character 8'],
    ['not b1', 'not is written ~', 'at character 1'],
    ['b1*(2', 'ends too early: ) is expected', 'at the end'],
    ['b1 b2', '"b2" is not expected here', 'at character 4'],
    ['2b1', 'a number must end', 'at character 2'],
    ['1j*b1', 'a number must end', 'at character 2'],
    ['b1=2', 'compared with ==', 'at character 3'],
    ['sqrt(b1,b2)', 'sqrt takes 1 argument, not 2', 'at character 1'],
    ['b1;sum(b1)', 'sum of a whole picture', 'at character 4'],
    ['b1;~(b1/2)', '~ is not for numbers with a fraction', 'at character 4'],
    ['(b1>1)-(b2>2)', '- is not for what is true or false', 'at character 7'],
    ['where(b1,1,0)', 'where takes a comparison first', 'at character 1'],
    ['b1**-1', 'no negative powers', 'at character 3'],
    ['b1*(1/0)', 'no such result', 'at character 6'],
    ['b1*1e999', 'too large', 'at character 4'],
    ['b1*9**99', 'no such result', 'at character 5'],
  ])('%s', (text, what, where) => {
    const error = fault(text)
    expect(error).toMatchObject({ status: 400, parameter: 'expression' })
    expect(error.message).toContain(what)
    expect(error.message).toContain(where)
  })
})

describe('limits', () => {
  test.each([
    ['characters', `b1${' '.repeat(3000)}`],
    ['nested', `${'('.repeat(100)}b1${')'.repeat(100)}`],
    ['nested', `${'-'.repeat(100)}b1`],
    ['nested', Array.from({ length: 100 }, () => 'b1').join('**')],
    ['numbers, bands', Array.from({ length: 400 }, () => 'b1').join('+')],
    ['blocks', Array.from({ length: 65 }, () => 'b1').join(';')],
    ['bands', Array.from({ length: 65 }, (_, i) => `b${i + 1}`).join('+')],
  ])('%s', (what, text) => {
    expect(fault(text).message).toMatch(new RegExp(`at most \\d+.*${what}|${what}.*at most`))
  })

  test('256 x 256 NDVI takes about 0.5 ms; ten times that would be a fault', () => {
    const expression = parseExpression('(b2-b1)/(b2+b1)')
    const bands = [0, 1].map((k) => Uint16Array.from({ length: 65_536 }, (_, i) => (i * (k + 3)) % 20_000))
    const mask = new Uint8Array(65_536).fill(255)
    const once = () => {
      const start = performance.now()
      applyExpression(expression, { dtype: 'uint16', bands, masks: [mask, mask] })
      return performance.now() - start
    }
    const times = Array.from({ length: 30 }, once)
    expect(Math.min(...times)).toBeLessThan(5)
  })
})
