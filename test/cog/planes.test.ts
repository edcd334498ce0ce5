import { expect, it } from 'vitest'
import { toPlanes, unpackBitmap, unpackPacked } from '../../src/cog/decode/planes.ts'

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

it.each([1, 2, 3, 4, 5])('undoes differences of %i samples a pixel, modulo the word', (samples) => {
  const [width, height, stored] = [5, 3, 7]
  const values = Uint16Array.from({ length: stored * height * samples }, (_, i) => i * 20_011)
  const differences = values.map((value, i) => (i % (stored * samples) < samples ? value : value - values[i - samples]))
  const planes = Array.from({ length: samples }, () => new Uint16Array(width * height))
  toPlanes(differences, planes, { rowWords: stored * samples, samples, width, height }, 2)
  const wanted = planes.map((plane, sample) =>
    plane.map((_, i) => values[(Math.floor(i / width) * stored + (i % width)) * samples + sample]),
  )
  expect(planes).toEqual(wanted)
})
