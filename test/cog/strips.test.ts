import { deflateSync, type ZlibOptions } from 'node:zlib'
import sharp, { type JpegOptions } from 'sharp'
import { describe, expect, it } from 'vitest'
import type { BlockWindow } from '../../src/cog/cog.ts'
import { cogsOver, MemoryNet, readLevel } from './reading.ts'
import { buildTiff, type Picture, pictureEntries } from './tiff-builder.ts'

const SIDE = 1536

/** A file of one block. */
function oneBlock(data: Uint8Array, picture: Partial<Picture> = {}): Uint8Array {
  const entries = (start: number) => [
    pictureEntries({
      width: SIDE,
      height: SIDE,
      tile: SIDE,
      compression: 8,
      ...picture,
      offsets: [start],
      counts: [data.length],
    }),
  ]
  return buildTiff(entries(buildTiff(entries(1), { data }).length - data.length), { data })
}

const noise = (x: number, y: number) => (Math.imul(y * SIDE + x + 1, 0x9e3779b1) >>> 13) & 0xff

/** One deflate block of 1536 x 1536 bytes (2.25 MiB). */
function deflated(sampleAt: (x: number, y: number) => number, options?: ZlibOptions): Uint8Array {
  return deflateSync(
    Uint8Array.from({ length: SIDE * SIDE }, (_, i) => sampleAt(i % SIDE, Math.floor(i / SIDE))),
    options,
  )
}

function pixelOf([{ blocks }]: readonly BlockWindow[], x: number, y: number) {
  const [block] = blocks
  return block.bands.map((band) => band?.[(y - block.y) * block.width + x - block.x])
}

async function reader(file: Uint8Array) {
  const cogs = cogsOver(new MemoryNet({ a: file }), { memory: 64_000_000 })
  const cog = await cogs.open('a', {})
  return {
    cog,
    layouts: cogs.decoded,
    decoded: () => cogs.decoded.map(({ above, height, restart }) => [above, height, restart && 'restart']),
    tables: () => cogs.tables.length,
    read: (x: number, y: number, size = 1) =>
      cog.withWindows([{ level: 0, x, y, width: size, height: size }], {}, (windows) => pixelOf(windows, x, y)),
  }
}

/** Every strip and both of its ends, far from each other. */
const ROWS = Array.from({ length: SIDE / 24 }, (_, i) => (i * 24 * 211 + i) % SIDE).concat(0, SIDE - 1)

describe('a place in a large deflate block', () => {
  it('is read with the rows around it; others are not kept', async () => {
    const { decoded, read } = await reader(oneBlock(deflated(noise)))
    expect(await read(700, 500)).toEqual([noise(700, 500)])
    expect(await read(3, 503)).toEqual([noise(3, 503)])
    expect(decoded()).toEqual([[500, 10, undefined]])
  })

  it('is read from a restart near by where it is the second of its block, of which a table is made once', async () => {
    const { decoded, read, tables } = await reader(oneBlock(deflated(noise)))
    await read(0, 1500)
    expect(tables()).toBe(0)
    const rows = [10, 300, 700, 1400]
    expect(await Promise.all(rows.map((y) => read(5, y)))).toEqual(rows.map((y) => [noise(5, y)]))
    expect(await read(5, 900)).toEqual([noise(5, 900)])
    expect(tables()).toBe(1)
    expect(
      decoded()
        .slice(1)
        .every(([, , restart]) => restart === 'restart'),
    ).toBe(true)
  })

  it('has no table where tables would only drive each other out of the cache', async () => {
    const data = deflated(noise)
    const entries = (start: number) => [
      pictureEntries({
        width: SIDE,
        height: 8 * SIDE,
        tile: SIDE,
        compression: 8,
        offsets: Array.from({ length: 8 }, () => start),
        counts: Array.from({ length: 8 }, () => data.length),
      }),
    ]
    const file = buildTiff(entries(buildTiff(entries(1), { data }).length - data.length), { data })
    const cogs = cogsOver(new MemoryNet({ a: file }), { memory: 2_900_000 })
    const cog = await cogs.open('a', {})
    for (let round = 0; round < 5; round++) {
      for (let block = 0; block < 8; block++) {
        const [x, y] = [7 * round, block * SIDE + 290 * round + 11]
        const [sample] = await cog.withWindows([{ level: 0, x, y, width: 1, height: 1 }], {}, (windows) => pixelOf(windows, x, y))
        expect(sample).toBe(noise(x, y % SIDE))
      }
    }
    // A second visit each would make 32.
    expect(cogs.tables.length).toBeLessThan(12)
  })

  it('is taken from the block where that is there', async () => {
    const { decoded, read, tables } = await reader(oneBlock(deflated(noise)))
    expect(await read(9, 10, 2)).toEqual([noise(9, 10)])
    for (const y of ROWS) expect(await read(11, y)).toEqual([noise(11, y)])
    expect([decoded(), tables()]).toEqual([[[undefined, SIDE, undefined]], 0])
  })

  it('of a small one is read with all of it', async () => {
    const samples = deflateSync(new Uint8Array(256 * 256).fill(9))
    const { decoded, read } = await reader(oneBlock(samples, { width: 256, height: 256, tile: 256 }))
    expect([await read(0, 0), await read(0, 255), decoded()]).toEqual([[9], [9], [[undefined, 256, undefined]]])
  })
})

describe('strips of a deflate block have the samples of the block', () => {
  const smooth = (x: number, y: number) => (x >> 3) + (y >> 5) + (noise(x, y) & 3)
  it.each<[string, Uint8Array]>([
    ['noise', deflated(noise)],
    ['smooth', deflated(smooth)],
    ['best compression, least memory', deflated(smooth, { level: 9, memLevel: 1 })],
    ['stored blocks', deflated(noise, { level: 0 })],
    ['stored blocks among others', deflated((x, y) => (y % 300 < 150 ? noise(x, y) : smooth(x, y)))],
    ['the fixed code', deflated(smooth, { strategy: 4 })],
    ['no matches', deflated(smooth, { strategy: 2 })],
    ['runs', deflated((_, y) => y >> 4, { strategy: 3 })],
    ['all the same', deflated(() => 7)],
    ['noise above nothing', deflated((x, y) => (y < 300 ? noise(x, y) : 7))],
    ['nothing above noise', deflated((x, y) => (y > 1200 ? noise(x, y) : 7))],
  ])('%s', async (_, data) => {
    const { read, cog, decoded } = await reader(oneBlock(data))
    const strips: unknown[] = []
    for (const y of ROWS) strips.push(await read((y * 5) % SIDE, y))
    const { bands } = await readLevel(cog)
    expect(strips).toEqual(ROWS.map((y) => [bands[0][y * SIDE + ((y * 5) % SIDE)]]))
    expect(decoded().filter(([, , restart]) => restart).length).toBeGreaterThan(15)
  })

  it.each<[string, Partial<Picture>]>([
    ['predictor 2, 3 bands', { samples: 3, more: [{ tag: 317, type: 3, values: [2] }] }],
    ['predictor 2, 4 bands of 16 bits', { samples: 4, bits: 16, more: [{ tag: 317, type: 3, values: [2] }] }],
    ['predictor 3, float32', { bits: 32, format: 3, more: [{ tag: 317, type: 3, values: [3] }] }],
    ['float64', { bits: 64, format: 3 }],
    ['12 bits', { bits: 12, samples: 2 }],
    ['an edge of the level in the block', { width: 900, height: 701, bits: 16 }],
  ])('%s', async (_name, picture) => {
    const { bits = 8, samples = 1 } = picture
    // 2.25 to 2.7 MiB.
    const side = 32 * Math.ceil(SIDE / 32 / Math.sqrt((samples * bits) / 8))
    const { width = side, height = side } = picture
    const bytes = Uint8Array.from({ length: (side * side * samples * bits) / 8 }, (_, i) => noise(i >> 4, i & 15) >> (i & 4))
    const { read, cog, decoded } = await reader(
      oneBlock(deflateSync(bytes, { level: 1 }), { width, height, tile: side, ...picture }),
    )
    const rows = ROWS.filter((y) => y < height)
    const strips: unknown[] = []
    for (const y of rows) strips.push(await read((y * 5) % width, y))
    const { bands } = await readLevel(cog)
    expect(strips).toEqual(rows.map((y) => bands.map((band) => band[y * width + ((y * 5) % width)])))
    expect(decoded().filter(([, , restart]) => restart).length).toBeGreaterThan(15)
  })

  it('a stream that ends too soon gives the strips that it has, and an error for the others', async () => {
    const data = deflated(noise)
    const { read } = await reader(oneBlock(data.subarray(0, data.length / 2)))
    for (const y of [10, 400, 100]) expect(await read(5, y)).toEqual([noise(5, y)])
    await expect(read(5, 1500)).rejects.toMatchObject({ code: 'UNREADABLE_ASSET' })
    expect(await read(5, 600)).toEqual([noise(5, 600)])
  })
})

it.each<[string, JpegOptions, Partial<Picture>]>([
  ['chroma of half the resolution', { chromaSubsampling: '4:2:0' }, { samples: 3, photometric: 6 }],
  ['chroma of the whole resolution', { chromaSubsampling: '4:4:4' }, { samples: 3, photometric: 6 }],
  ['progressive', { progressive: true }, { samples: 3, photometric: 6 }],
])('strips of a JPEG block have the samples of the block: %s', async (_name, options, picture) => {
  const raw = Uint8Array.from({ length: 512 * 512 * 3 }, (_, i) => (noise(i >> 5, 3) >> 2) + (i >> 13))
  const data = await sharp(raw, { raw: { width: 512, height: 512, channels: 3 } })
    .jpeg(options)
    .toBuffer()
  const { read, cog, layouts } = await reader(oneBlock(data, { width: 500, height: 470, tile: 512, compression: 7, ...picture }))
  const rows = Array.from({ length: 94 }, (_, i) => (i * 5 * 101 + i) % 470)
  const strips: unknown[] = []
  for (const y of rows) strips.push(await read((y * 5) % 500, y))
  expect(layouts.every(({ height }) => height <= 16)).toBe(true)
  const { bands } = await readLevel(cog)
  expect(strips).toEqual(rows.map((y) => bands.map((band) => band[y * 500 + ((y * 5) % 500)])))
})
