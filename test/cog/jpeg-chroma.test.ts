import { readFileSync } from 'node:fs'

import sharp from 'sharp'
import { expect, it } from 'vitest'

import { halfChroma } from '../../src/cog/decode/jpeg-chroma.ts'
import { uncolored } from '../../src/cog/decode/jpeg-color.ts'
import { widenBlock } from '../../src/cog/decode/widening-idct.ts'

const jpeg = (options: object) =>
  sharp(readFileSync(new URL('../../docs/map.png', import.meta.url)))
    .resize(100, 70)
    .removeAlpha()
    .jpeg({ quality: 90, ...options })
    .toBuffer()

function outcomeOf(bytes: Uint8Array): string {
  try {
    return halfChroma(bytes) ? 'chroma' : 'other'
  } catch (error) {
    return error instanceof Error && error.message.startsWith('JPEG') ? 'refused' : String(error)
  }
}

it('luma and chroma come as they are, whatever the stream says of its color', async () => {
  const grey = { create: { width: 32, height: 32, channels: 3, background: { r: 50, g: 50, b: 50 } } } as const
  const bare = await sharp(grey).jpeg({ quality: 100, chromaSubsampling: '4:2:0' }).toBuffer()
  // JFIF means YCbCr, whatever comes after it.
  const jfif = Buffer.from('ffe000104a46494600010100000100010000', 'hex')
  const stream = Buffer.concat([bare.subarray(0, 2), jfif, bare.subarray(2)])
  const triples = await sharp(uncolored(stream)).raw().toBuffer()
  expect([...triples.subarray(0, 6)]).toEqual([50, 128, 128, 50, 128, 128])
})

it('takes streams whose chroma has half the resolution, and no others', async () => {
  const chroma = halfChroma(await jpeg({ chromaSubsampling: '4:2:0' }))
  expect(chroma?.stride).toBe(112)
  expect(chroma?.red).toHaveLength(112 * 80)
  expect(halfChroma(await jpeg({ chromaSubsampling: '4:4:4' }))).toBeUndefined()
  expect(halfChroma(await jpeg({ chromaSubsampling: '4:2:0', progressive: true }))).toBeUndefined()
})

it('stands every cut and flipped bytes: chroma or an error, in bounded time', async () => {
  const whole = new Uint8Array(await jpeg({ chromaSubsampling: '4:2:0' }))
  const outcomes: string[] = []
  for (let i = 0; i < 400; i++) {
    const bytes = i % 2 === 0 ? whole.slice(0, (i * whole.length) / 400) : whole.slice()
    bytes[(i * 7919) % bytes.length] ^= 1 << (i % 8)
    outcomes.push(outcomeOf(bytes))
  }
  expect(outcomes.filter((outcome) => !['chroma', 'other', 'refused'].includes(outcome))).toEqual([])
  expect(outcomes).toContain('refused')
  expect(outcomes).toContain('chroma')
})

it('a block of one mean is flat, and a wave keeps its mean', () => {
  const half = new Int32Array(128)
  const samples = new Int32Array(256)
  widenBlock(
    Int32Array.from({ length: 64 }, (_, i) => (i === 0 ? 8 * 37 : 0)),
    half,
    samples,
  )
  expect(new Set(samples)).toEqual(new Set([37]))
  widenBlock(
    Int32Array.from({ length: 64 }, (_, i) => (i === 0 ? 8 * 10 : i === 1 ? 200 : 0)),
    half,
    samples,
  )
  expect(samples.reduce((sum, sample) => sum + sample, 0) / 256).toBeCloseTo(10, 0)
  expect(Math.max(...samples) - Math.min(...samples)).toBeGreaterThan(40)
})
