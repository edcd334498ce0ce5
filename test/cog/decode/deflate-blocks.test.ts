import { deflateSync, inflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { toBit } from '../../../src/cog/decode/deflate-bits.ts'
import { type DeflateBlock, skimDeflate } from '../../../src/cog/decode/deflate-blocks.ts'
import { inflateFrom } from '../../../src/cog/decode/inflate.ts'

const LENGTH = 700_001
const text = Uint8Array.from({ length: LENGTH }, (_, i) => {
  const mixed = Math.imul(i ^ (i >>> 7), 0x9e3779b1)
  return i % 977 < 400 ? i >> 5 : ((mixed ^ (mixed >>> 15)) * (i >> 14)) >>> 25
})

function skimmed(stream: Uint8Array, step = 50_000) {
  const blocks: DeflateBlock[] = []
  const ends = new Uint32Array(Math.ceil(LENGTH / step)).fill(stream.length)
  return { total: skimDeflate(stream, step, ends, (block) => blocks.push(block)), blocks, ends }
}

it.each([
  ['usual', {}, 5],
  ['stored', { level: 0 }, 1],
  ['many small blocks', { memLevel: 1 }, 8],
  ['the fixed code', { strategy: 4 }, 5],
  ['literals alone', { strategy: 2 }, 5],
])('from every block of a stream it can be inflated on: %s', (_, options, places) => {
  const stream = deflateSync(text, options)
  const { total, blocks, ends } = skimmed(stream)
  expect(total).toBe(LENGTH)
  for (const { bit, out } of blocks.slice(-20)) {
    const window = text.subarray(Math.max(0, out - 32_768), out)
    const rest = inflateFrom(stream.subarray(bit >> 3), { bit: bit & 7, out, window }, LENGTH, LENGTH)
    expect(Buffer.compare(rest, text.subarray(out))).toBe(0)
  }
  expect(new Set(blocks.map(({ bit }) => bit & 7)).size).toBeGreaterThanOrEqual(places)
  for (const [i, end] of ends.entries()) {
    const start = inflateRawSync(stream.subarray(2, end), { finishFlush: 2 })
    expect(start.length).toBeGreaterThanOrEqual(Math.min((i + 1) * 50_000, LENGTH))
  }
})

it('a stream that is cut is an error, wherever', () => {
  const stream = deflateSync(text)
  for (let length = 0; length < stream.length - 6; length += 4999) {
    expect(() => skimmed(stream.subarray(0, length))).toThrow(/cut|Offset|table/)
  }
})

it('a stream with a broken bit comes to an end all the same', () => {
  const stream = deflateSync(text)
  const ended = Array.from({ length: 400 }, (_, i) => {
    const broken = new Uint8Array(stream)
    broken[i + 2] ^= 1 << (i & 7)
    try {
      return skimmed(broken).total >= 0
    } catch (error) {
      return error instanceof Error
    }
  })
  expect(ended).not.toContain(false)
})

it.each([0, 1, 2, 3, 4, 5, 6, 7])('a stream that begins at bit %i of a byte is moved there by blocks without content', (bit) => {
  const stream = deflateSync(text, { level: 0 }).subarray(2)
  // The three bits of the first block's head, moved; its length begins with the next byte.
  const head = (stream[0] & 7) << bit
  const own = Buffer.concat([Uint8Array.of(...(bit > 5 ? [head & 0xff, head >> 8] : [head])), stream.subarray(1)])
  expect(Buffer.compare(inflateRawSync(toBit(own, bit), { finishFlush: 2 }), text)).toBe(0)
})
