import { describe, expect, it } from 'vitest'
import { growth, type Look } from '../../bench/soak.ts'
import { soakMarkdown } from '../../bench/table.ts'

const looksOf = (memory: (minute: number) => number, minutes: number): Look[] =>
  Array.from({ length: minutes }, (_, i) => ({ seconds: 60 * (i + 1), memory: memory(i + 1), tiles: 1000 * (i + 1) }))

describe('growth', () => {
  it('does not count what caches take at the start', () => {
    expect(growth(looksOf((minute) => Math.min(400, 100 + 40 * minute), 60))).toBeCloseTo(0, 9)
  })

  it('is the slope in an hour, through the noise', () => {
    expect(growth(looksOf((minute) => 300 + 2 * minute, 60))).toBeCloseTo(120, 9)
    const noisy = growth(looksOf((minute) => 300 + minute / 2 + (minute % 2 === 0 ? 5 : -5), 60))
    expect(noisy).toBeGreaterThan(27)
    expect(noisy).toBeLessThan(33)
  })

  it('is not known from too few looks', () => {
    expect(growth([])).toBeUndefined()
    expect(growth(looksOf(() => 300, 1))).toBeUndefined()
    expect(growth(looksOf(() => 300, 2))).toBeUndefined()
    expect(growth(looksOf(() => 300, 3))).toBe(0)
  })
})

describe('soakMarkdown', () => {
  it('has a line a look', () => {
    expect(soakMarkdown(looksOf((minute) => 300 + minute, 2)).split('\n')).toEqual([
      '| minute | memory, MiB | tiles |',
      '| ------ | ----------- | ----- |',
      '| 1.0    | 301         | 1000  |',
      '| 2.0    | 302         | 2000  |',
    ])
  })
})
