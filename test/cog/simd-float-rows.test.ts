import { expect, it } from 'vitest'
import { simdFloatRow, suitsSimd } from '../../src/cog/decode/simd-float-rows.ts'

// TIFF technical note 3: the bytes of a row by significance, the most significant first, each as the difference to the one before.
function predicted(words: Uint32Array): Uint8Array {
  const bytes = Uint8Array.from(
    { length: 4 * words.length },
    (_, i) => words[i % words.length] >>> (24 - 8 * Math.floor(i / words.length)),
  )
  return bytes.map((byte, i) => (i === 0 ? byte : byte - bytes[i - 1]))
}

// Tolerance: none.
it.each([16, 48, 512, 8192])('undoes the floating point predictor of a row of %i words', (rowWords) => {
  const values = Uint32Array.from({ length: rowWords }, (_, i) => Math.imul(i + 1, 0x9e3779b1) ^ (i << 7))
  const source = new Uint8Array(7 + 4 * rowWords)
  source.set(predicted(values), 7)
  const words = new Uint32Array(rowWords)
  simdFloatRow(source, 7, rowWords, words)
  expect(words).toEqual(values)
  // A block that the level's edge cuts has fewer samples than its rows.
  const cut = new Uint32Array(rowWords - 5)
  simdFloatRow(source, 7, rowWords, cut)
  expect(cut).toEqual(values.subarray(0, rowWords - 5))
})

it('leaves to plain code rows that are not of whole vectors, or too long for its memory', () => {
  expect([16, 17, 8192, 8208].map(suitsSimd)).toEqual([true, false, true, false])
})
