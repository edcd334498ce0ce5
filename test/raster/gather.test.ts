import { expect, test } from 'vitest'
import { gather } from '../../src/raster/kernels/nearest.ts'

test.each([
  [Float32Array, Uint8Array],
  [Float32Array, Int16Array],
  [Float64Array, Int32Array],
  [Int16Array, Int16Array],
  [Float64Array, Float64Array],
])('samples of one type are gathered as values of another: %s to %s', (From, To) => {
  const out = new To(4).fill(9)
  gather(From.of(10, 20, 30), Int32Array.of(2, -1, 0), 3, out, 1)
  expect([...out]).toStrictEqual([9, 30, 9, 10])
})
