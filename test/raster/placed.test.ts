import { expect, test } from 'vitest'
import { placedIn, planesBytes } from '../../src/raster/placed.ts'

const mask = new Uint8Array(7).fill(255)
const part = {
  bands: [Float64Array.from({ length: 7 }, (_, i) => i / 3), Uint16Array.from({ length: 7 }, (_, i) => i * 9000)],
  masks: [mask, mask],
}

test('arrays are the same in the memory that they are placed in, and what is shared stays so', () => {
  const memory = new Uint8Array(new SharedArrayBuffer(8 + planesBytes(part)), 8)
  const placed = placedIn(memory, part)
  expect(placed).toEqual(part)
  expect(placed?.masks[0]).toBe(placed?.masks[1])
  expect(placed?.bands.every(({ buffer }) => (buffer as ArrayBufferLike) === memory.buffer)).toBe(true)
})

test('nothing is placed where it does not fit', () => {
  expect(placedIn(new Uint8Array(planesBytes(part) - 1), part)).toBeUndefined()
})
