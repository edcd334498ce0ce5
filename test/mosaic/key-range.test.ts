import { expect, test } from 'vitest'
import { rangesOfKeys } from '../../src/mosaic/key-range.ts'

test.each([
  [
    ['122', '123', '120', '123'],
    [
      ['120', '1204'],
      ['122', '1234'],
    ],
  ],
  [['033', '100'], [['033', '1004']]],
  [['333'], [['333', '3334']]],
  [[''], [['', '4']]],
  [[], []],
])('keys %j lie in the ranges %j, and no others do', (keys, ranges) => {
  expect(rangesOfKeys(keys).map(({ from, below }) => [from, below])).toEqual(ranges)
})
