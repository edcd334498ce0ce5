import { deflateSync } from 'node:zlib'

import { expect, it } from 'vitest'

import { MemoryNet, cogsOver } from './reading.ts'
import { buildTiff, pictureEntries } from './tiff-builder.ts'

const SIDE = 1536

/** One deflate block of 1536 x 1536 bytes (2.25 MiB). */
function oneBlock(sampleAt: (x: number, y: number) => number): Uint8Array {
  const samples = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => sampleAt(i % SIDE, Math.floor(i / SIDE)))
  const data = deflateSync(samples)
  const entries = (start: number) => [
    pictureEntries({ width: SIDE, height: SIDE, tile: SIDE, offsets: [start], counts: [data.length], compression: 8 }),
  ]
  return buildTiff(entries(buildTiff(entries(1), { data }).length - data.length), { data })
}

const noise = (x: number, y: number) => (Math.imul(y * SIDE + x + 1, 0x9e3779b1) >>> 13) & 0xff

/** The value of a pixel, and the rows of the blocks that have been decoded for it. */
async function reader(file: Uint8Array) {
  const cogs = cogsOver(new MemoryNet({ a: file }))
  const cog = await cogs.open('a', {})
  return {
    decoded: () => cogs.decoded.map(({ height }) => height),
    read: (x: number, y: number, width = 1, height = 1) =>
      cog.withWindows([{ level: 0, x, y, width, height }], {}, ([{ blocks }]) => blocks[0].bands[0]?.[y * SIDE + x]),
  }
}

it.each([
  ['noise', noise],
  [
    'noise above nothing: the stream’s first half holds nine tenths of its rows',
    (x: number, y: number) => (y < 300 ? noise(x, y) : 7),
  ],
  ['nothing above noise', (x: number, y: number) => (y > 1200 ? noise(x, y) : 7)],
] as const)('one pixel of a large block: rows below are not decoded; %s', async (_, sampleAt) => {
  const { decoded, read } = await reader(oneBlock(sampleAt))
  expect(await read(700, 500)).toBe(sampleAt(700, 500))
  expect(decoded()).toEqual([576])
  expect(await read(3, 575)).toBe(sampleAt(3, 575))
  expect(await read(1535, 0)).toBe(sampleAt(1535, 0))
  expect(decoded()).toEqual([576])
})

it('the third part that is wanted of a block is the whole, and it is used from then on', async () => {
  const { decoded, read } = await reader(oneBlock(noise))
  for (const y of [10, 300, 700, 100, 1500]) expect(await read(5, y)).toBe(noise(5, y))
  expect(decoded()).toEqual([192, 384, SIDE])
})

it('a pixel near the bottom and every larger window take the whole block', async () => {
  const { decoded, read } = await reader(oneBlock(noise))
  expect(await read(9, 1400)).toBe(noise(9, 1400))
  expect(decoded()).toEqual([SIDE])
  const other = await reader(oneBlock(noise))
  expect(await other.read(9, 10, 2, 2)).toBe(noise(9, 10))
  expect(other.decoded()).toEqual([SIDE])
})

it('parts asked for at the same time are decoded once each', async () => {
  const { decoded, read } = await reader(oneBlock(noise))
  expect(await Promise.all([read(1, 100), read(2, 110), read(3, 800)])).toEqual([noise(1, 100), noise(2, 110), noise(3, 800)])
  expect(decoded().toSorted((a, b) => a - b)).toEqual([192, 960])
})

it('small blocks are never cut', async () => {
  const samples = new Uint8Array(256 * 256).fill(9)
  const data = deflateSync(samples)
  const entries = (start: number) => [
    pictureEntries({ width: 256, height: 256, tile: 256, offsets: [start], counts: [data.length], compression: 8 }),
  ]
  const { decoded, read } = await reader(buildTiff(entries(buildTiff(entries(1), { data }).length - data.length), { data }))
  await read(0, 0)
  expect(decoded()).toEqual([256])
})
