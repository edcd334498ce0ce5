import { expect, test } from 'vitest'
import { VECTOR_TYPES, simdExchange } from '../../src/compose/simd-exchange.ts'
import { samplesOf, TYPE_RANGE } from '../../src/raster/raster.ts'

const LENGTH = 80

test.each(VECTOR_TYPES)('the lesser and the greater of %s, as a plain loop has them, and nothing beyond the end', (type) => {
  const { memory, exchange } = simdExchange()
  const [min, max] = TYPE_RANGE[type]
  const all = samplesOf(type, 3 * LENGTH, memory.buffer)
  for (let i = 0; i < all.length; i++)
    all[i] = [min, max, -1, 0, type === 'float32' ? NaN : 1, Math.imul(i + 1, 0x9e3779b1) >>> 16][i % 6]
  const before = all.slice()
  const bytes = LENGTH * all.BYTES_PER_ELEMENT
  exchange[type](0, 2 * bytes, bytes)
  const [low, high] = [before.subarray(0, LENGTH), before.subarray(2 * LENGTH)]
  expect([...all.subarray(0, LENGTH)]).toEqual(Array.from(low, (value, i) => Math.min(value, high[i])))
  expect(all.subarray(LENGTH, 2 * LENGTH)).toEqual(before.subarray(LENGTH, 2 * LENGTH))
  expect([...all.subarray(2 * LENGTH)]).toEqual(Array.from(low, (value, i) => Math.max(value, high[i])))
})
