import { expect, test } from 'vitest'
import { fixture, run } from './fixture.ts'

test('mode does not leave holes where -1 of int16 wins: only there do pixels differ from rio-tiler', () => {
  const file = fixture('classes')
  let holes = 0
  let pixels = 0
  for (const c of file.cases) {
    const part = run(file, c, 128)
    if (!part) throw new Error('the plan says that the file does not touch the tile')
    for (const [i, expected] of c.values[0].entries()) {
      const filled = c.masks[0][i] === 1 && part.masks[0][i] === 255
      if (filled) holes++
      if (part.masks[0][i] === 255) pixels++
      expect(part.bands[0][i]).toBe(filled ? -1 : expected)
      expect(part.masks[0][i]).toBe(filled || c.masks[0][i] === 0 ? 255 : 0)
    }
  }
  // A quarter of the file is -1.
  expect(holes / pixels).toBeGreaterThan(0.1)
})
