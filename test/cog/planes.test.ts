import { expect, it } from 'vitest'
import { unpackBitmap, unpackPacked } from '../../src/cog/decode/planes.ts'

// Runs, single bits, rows that end within a byte, columns beyond the edge. Tolerance: none.
it.each([
  [64, 64],
  [61, 64],
  [9, 32],
  [3, 8],
])('unpacks a bitmap of %i of %i columns as the general way does', (width, rowWords) => {
  const height = 40
  const rowBytes = Math.ceil(rowWords / 8)
  const bytes = Uint8Array.from({ length: rowBytes * height }, (_, i) => {
    if (i % 11 < 4) return 0
    return i % 11 < 8 ? 255 : (i * 7919) & 255
  })
  const geometry = { rowWords, samples: 1, width, height }
  const wanted = new Uint8Array(width * height)
  unpackPacked(bytes, [wanted], geometry, 1)
  const found = new Uint8Array(width * height).fill(77)
  unpackBitmap(bytes, found, geometry, 1)
  expect(found).toEqual(wanted)
  unpackBitmap(bytes, found, geometry, 255)
  expect(found).toEqual(wanted.map((value) => value * 255))
})
