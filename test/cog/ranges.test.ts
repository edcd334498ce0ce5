import { expect, it } from 'vitest'

import { groupRanges } from '../../src/cog/ranges.ts'

it('reads neighbours at once, in whatever order they are asked for', () => {
  const groups = groupRanges([
    { offset: 5000, length: 1000 },
    { offset: 1000, length: 3000 },
    { offset: 200_000, length: 500 },
    { offset: 4100, length: 900 },
  ])
  expect(groups).toEqual([
    { offset: 1000, length: 5000, members: [1, 3, 0] },
    { offset: 200_000, length: 500, members: [2] },
  ])
})

it('skips over a gap of 16 KiB and no more', () => {
  expect(groupRanges([0, 16_384 + 10].map((offset) => ({ offset, length: 10 })))).toHaveLength(1)
  expect(groupRanges([0, 16_385 + 10].map((offset) => ({ offset, length: 10 })))).toHaveLength(2)
})

it('keeps one read below 4 MiB', () => {
  const megabyte = 1_048_576
  const ranges = Array.from({ length: 10 }, (_, i) => ({ offset: i * megabyte, length: megabyte }))
  const groups = groupRanges(ranges)
  expect(groups.map(({ length }) => length / megabyte)).toEqual([4, 4, 2])
})

it('copes with ranges that overlap, and with none', () => {
  expect(groupRanges([])).toEqual([])
  expect(
    groupRanges([
      { offset: 0, length: 100 },
      { offset: 10, length: 20 },
      { offset: 0, length: 100 },
    ]),
  ).toEqual([{ offset: 0, length: 100, members: [0, 2, 1] }])
})
