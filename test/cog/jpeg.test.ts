import { readFileSync } from 'node:fs'

import sharp from 'sharp'
import { expect, it } from 'vitest'

import { inverseBlock } from '../../src/cog/decode/jpeg-idct.ts'
import { decodeJpegBands } from '../../src/cog/decode/jpeg.ts'
import type { BlockLayout } from '../../src/cog/decode/layout.ts'
import { widenBlock } from '../../src/cog/decode/widening-idct.ts'

const YCBCR = 6
const GREY = 1
const map = () =>
  sharp(readFileSync(new URL('../../docs/map.png', import.meta.url)))
    .resize(100, 70)
    .removeAlpha()
const jpeg = (options: object) =>
  map()
    .jpeg({ quality: 90, ...options })
    .toBuffer()

function layoutOf(part: Partial<BlockLayout> = {}): BlockLayout {
  const own = {
    name: 'a.tif',
    compression: 7,
    predictor: 1,
    storedWidth: 100,
    storedHeight: 70,
    maxHeight: 70,
    x: 0,
    y: 0,
    width: 100,
  } as const
  return {
    ...own,
    height: 70,
    samples: 3,
    dtype: 'uint8',
    bitsPerSample: 8,
    littleEndian: true,
    photometric: YCBCR,
    isMask: false,
    fill: 0,
    ...part,
  }
}

function decoded(bytes: Uint8Array, layout: BlockLayout): Uint8Array[] | undefined {
  const bands = Array.from({ length: layout.samples }, () => new Uint8Array(layout.width * layout.height))
  return decodeJpegBands(bytes, layout, bands) ? bands : undefined
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

it('grey is what libjpeg-turbo gives, bit for bit', async () => {
  const stream = await map().toColourspace('b-w').jpeg({ quality: 75 }).toBuffer()
  const expected = await sharp(stream).toColourspace('b-w').raw().toBuffer()
  expect(Buffer.from(decoded(stream, layoutOf({ samples: 1, photometric: GREY }))?.[0] ?? []).equals(expected)).toBe(true)
})

it('color of full resolution is what libjpeg-turbo gives, but for the last digit of a constant', async () => {
  const stream = await jpeg({ chromaSubsampling: '4:4:4' })
  const expected = await sharp(stream).raw().toBuffer()
  const bands = decoded(stream, layoutOf()) ?? []
  expect(Math.max(...expected.map((sample, i) => Math.abs(sample - bands[i % 3][Math.floor(i / 3)])))).toBeLessThanOrEqual(1)
})

it('color of half the resolution comes with the luma that it has in the stream', async () => {
  const stream = await jpeg({ chromaSubsampling: '4:2:0' })
  const expected = await sharp(stream).raw().toBuffer()
  const bands = decoded(stream, layoutOf()) ?? []
  // The two widen chroma in ways of their own; means over the picture agree within a level.
  for (const [i, band] of bands.entries()) expect(mean(band)).toBeCloseTo(mean(expected.filter((_, at) => at % 3 === i)), 0)
})

it('a block that is cut at the edge of the level is the same picture, cut', async () => {
  const stream = await jpeg({ chromaSubsampling: '4:2:0' })
  const [whole] = decoded(stream, layoutOf()) ?? []
  const [cut] = decoded(stream, layoutOf({ width: 37, height: 41 })) ?? []
  for (let y = 0; y < 41; y++) expect(cut.slice(37 * y, 37 * (y + 1))).toEqual(whole.slice(100 * y, 100 * y + 37))
})

it('leaves what is no plain stream to others', async () => {
  expect(decoded(await jpeg({ progressive: true }), layoutOf())).toBeUndefined()
})

it('is grey from where the scan ends too early, and refuses a stream that is cut', async () => {
  const stream = await jpeg({ chromaSubsampling: '4:4:4' })
  const cut = stream.subarray(0, stream.length >> 1)
  expect(() => decoded(cut, layoutOf())).toThrow('JPEG stream ends inside its scan')
  const [red] = decoded(Buffer.concat([cut, Buffer.of(0xff, 0xd9)]), layoutOf()) ?? []
  expect(new Set(red.slice(-100))).toEqual(new Set([128]))
})

it('stands every cut and flipped bytes: a picture or an error, in bounded time', async () => {
  const whole = new Uint8Array(await jpeg({ chromaSubsampling: '4:2:0' }))
  const outcomes: string[] = []
  for (let i = 0; i < 400; i++) {
    const bytes = i % 2 === 0 ? whole.slice(0, (i * whole.length) / 400) : whole.slice()
    if (bytes.length > 0) bytes[(i * 7919) % bytes.length] ^= 1 << (i % 8)
    outcomes.push(outcomeOf(bytes))
  }
  expect(outcomes.filter((outcome) => !['picture', 'other', 'refused'].includes(outcome))).toEqual([])
  expect(outcomes).toContain('refused')
  expect(outcomes).toContain('picture')
})

function outcomeOf(bytes: Uint8Array): string {
  try {
    return decoded(bytes, layoutOf()) ? 'picture' : 'other'
  } catch (error) {
    return error instanceof Error && error.message.includes('JPEG') ? 'refused' : String(error)
  }
}

/** The inverse transform as the standard defines it. */
function byDefinition(block: ArrayLike<number>, side: 8 | 16): number[] {
  return Array.from({ length: side * side }, (_, place) => {
    const [x, y] = [place % side, Math.floor(place / side)]
    let sum = 0
    for (let v = 0; v < 8; v++) {
      for (let u = 0; u < 8; u++) {
        const scale = (u === 0 ? Math.SQRT1_2 : 1) * (v === 0 ? Math.SQRT1_2 : 1)
        sum += scale * block[v * 8 + u] * wave(x, u, side) * wave(y, v, side)
      }
    }
    return Math.min(255, Math.max(0, sum / 4 + 128))
  })
}

const wave = (place: number, frequency: number, side: number) => Math.cos(((2 * place + 1) * frequency * Math.PI) / (2 * side))

it.each([
  ['one mean', [[0, 300]]],
  [
    'waves across',
    [
      [0, 80],
      [1, 200],
      [5, -60],
    ],
  ],
  [
    'waves down',
    [
      [0, -80],
      [16, 150],
      [56, 40],
    ],
  ],
  [
    'waves of all kinds',
    [
      [0, 10],
      [1, 90],
      [9, -70],
      [27, 50],
      [63, 30],
      [44, -20],
    ],
  ],
] as const)('%s: transforms are within 1 of the definition', (_, coefficients) => {
  const block = new Int32Array(64)
  let tall = 0
  for (const [place, value] of coefficients) {
    block[place] = value
    if (place > 7) tall |= 1 << (place & 7)
  }
  const same = new Uint8ClampedArray(64)
  inverseBlock(block, tall, new Int32Array(64), same, 0, 8)
  const wide = new Uint8ClampedArray(256)
  widenBlock(block, tall, new Int32Array(128), new Int32Array(16), wide)
  for (const [i, sample] of byDefinition(block, 8).entries()) expect(Math.abs(same[i] - sample)).toBeLessThan(1)
  for (const [i, sample] of byDefinition(block, 16).entries()) expect(Math.abs(wide[i] - sample)).toBeLessThan(1)
})
