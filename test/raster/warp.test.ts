import { describe, expect, test } from 'vitest'
import { compare, fixture, run } from './fixture.ts'

/** Relative difference of float32 results: the order of a sum shows in the last digit. Integers are equal. */
const FLOAT_TOLERANCE = 1e-6
/** Where a sum may fall on the other side of a half, one value in a thousand may be off by 1. */
const TIES = new Set(['rms', 'average'])

const FILES = [
  'approximation',
  'plain-rgb',
  'nodata',
  'kernels',
  'alpha',
  'mask',
  'nan',
  'int8',
  'mercator',
  'world',
  'padded',
  'padded-plain',
  'sum',
  'gauss',
]

describe.each(FILES)('pixels of %s are those of rio-tiler', (name) => {
  const file = fixture(name)
  test.each(file.cases.map((c) => [c.title, c] as const))('%s', (_, c) => {
    const part = run(file, c, 128)
    if (!part) throw new Error('the plan says that the file does not touch the tile')
    const tolerance = c.values[0] instanceof Float32Array ? FLOAT_TOLERANCE : 0
    const { values, masks } = compare(c, part, tolerance)
    const ties = TIES.has(c.resampling) || TIES.has(c.reproject)
    expect(masks).toBe(0)
    expect(values).toBeLessThanOrEqual(ties ? c.values.length * c.values[0].length * 0.001 : 0)
    expect(compare(c, part, tolerance || 1).values).toBe(0)
  })
})

test('how the file is cut into blocks does not show', () => {
  for (const name of FILES) {
    const file = fixture(name)
    for (const c of file.cases) {
      const whole = run(file, c, 4096)
      const small = run(file, c, 48)
      expect(small, `${name}: ${c.title}`).toStrictEqual(whole)
    }
  }
})
