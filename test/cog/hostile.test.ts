// The assertions of most tests are in expectRefused.
/* oxlint-disable vitest/expect-expect */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deflateSync, zstdCompressSync } from 'node:zlib'

import sharp from 'sharp'
import { describe, expect, it } from 'vitest'

import { UnreadableAssetError } from '../../src/errors.ts'
import { MemoryNet, cogsOver, openBytes } from './reading.ts'
import { DATA, buildTiff, pictureEntries } from './tiff-builder.ts'
import type { Picture } from './tiff-builder.ts'

const SECOND = 1000

/** Opens and reads all of level 0 (at most 4096 pixels a side) and gives the error, with what it took. */
async function failure(bytes: Uint8Array): Promise<{ error: unknown; ms: number; megabytes: number }> {
  const before = process.memoryUsage()
  const start = performance.now()
  const error = await (async () => {
    const cog = await openBytes(bytes)
    const [width, height] = [Math.min(4096, cog.info.width), Math.min(4096, cog.info.height)]
    await cog.readWindow(0, { x: 0, y: 0, width, height }, {})
    return undefined
  })().catch((thrown: unknown) => thrown)
  const after = process.memoryUsage()
  const megabytes = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1e6
  return { error, ms: performance.now() - start, megabytes }
}

async function expectRefused(bytes: Uint8Array, message: RegExp): Promise<void> {
  const { error, ms, megabytes } = await failure(bytes)
  expect(error).toBeInstanceOf(UnreadableAssetError)
  expect((error as Error).message).toMatch(message)
  expect((error as UnreadableAssetError).status).toBe(422)
  expect(ms).toBeLessThan(2 * SECOND)
  expect(megabytes).toBeLessThan(64)
}

const picture = (options: Picture, data?: Uint8Array) => buildTiff([pictureEntries(options)], { data })
/** One stored tile of compressed bytes. */
const oneTile = (options: Picture, data: Uint8Array) => picture({ offsets: [DATA], counts: [data.length], ...options }, data)

describe('a file that is no TIFF', () => {
  it.each([
    ['empty', new Uint8Array()],
    ['of one byte', Uint8Array.of(0x49)],
    ['a web page', new TextEncoder().encode('<!doctype html><title>Not found</title>')],
    ['garbage', new Uint8Array(randomBytes(500)).fill(0x47, 0, 1)],
    ['a PNG signature', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0)],
  ])('%s', (_, bytes) => expectRefused(bytes, /not a TIFF/))
})

describe('directories', () => {
  const small = pictureEntries({ width: 16, height: 16 })

  it('refuses a cycle', async () => {
    await expectRefused(buildTiff([small], { next: () => 8 }), /cycle/)
    await expectRefused(buildTiff([small, small], { next: (_, offsets) => offsets[0] }), /cycle/)
  })

  it('refuses more than 64', () =>
    expectRefused(buildTiff(Array.from({ length: 80 }, () => [{ tag: 256, type: 4, values: [1] }])), /more than 64/))

  it('refuses one outside the file', () => expectRefused(buildTiff([small], { next: () => 0x7ffffff0 }), /outside the file/))

  it('refuses 65535 entries in 23 bytes', () => {
    const bytes = new Uint8Array(23)
    bytes.set([0x49, 0x49, 42, 0, 8, 0, 0, 0, 0xff, 0xff])
    return expectRefused(bytes, /65535 entries/)
  })

  it('refuses a directory that is cut off', () => expectRefused(buildTiff([small]).subarray(0, 60), /ends inside its header/))

  it('refuses a BigTIFF whose count of entries is 2^63', () => {
    const bytes = new Uint8Array(64)
    bytes.set([0x49, 0x49, 43, 0, 8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0])
    bytes.fill(0xff, 16, 24)
    return expectRefused(bytes, /entries/)
  })

  it('reserves nothing for a count of four billion', () =>
    expectRefused(
      picture({ width: 16, height: 16, more: [{ tag: 324, type: 4, count: 0xfffffff0, offset: 8 }] }),
      /table of the blocks/,
    ))

  it('ignores values outside the file and types that are unknown', async () => {
    const more = [
      { tag: 270, type: 2, count: 0x7fffffff, offset: 100 },
      { tag: 65000, type: 99, count: 5, offset: 100 },
      { tag: 42112, type: 77, count: 5, offset: 100 },
    ]
    const cog = await openBytes(picture({ width: 16, height: 16, more }))
    expect(cog.info).toMatchObject({ width: 16, height: 16, dtype: 'uint8' })
  })

  it('refuses GeoKeys that point nowhere', () =>
    expectRefused(
      picture({ width: 16, height: 16, more: [{ tag: 34735, type: 3, values: [1, 1, 0, 1, 1024, 34736, 1, 9] }] }),
      /header cannot be parsed/,
    ))
})

describe('sizes', () => {
  it.each<[string, Picture, RegExp]>([
    ['no width', { width: 0, height: 16 }, /0 x 16 pixels/],
    ['tiles without a size', { width: 16, height: 16, tile: 0 }, /blocks of 0 x 0/],
    ['a tile of 2 billion pixels a side', { width: 16, height: 16, tile: 2 ** 31 - 1 }, /limit/],
    ['a sparse tile of 30000 x 30000 float64', { width: 30000, height: 30000, tile: 30000, bits: 64, format: 3 }, /limit/],
    ['a fax of 8192 x 8192', { width: 8192, height: 8192, tile: 8192, bits: 1, compression: 3 }, /limit of compression 3/],
    ['65535 samples a pixel', { width: 16, height: 16, more: [{ tag: 277, type: 3, values: [65535] }] }, /65535 samples/],
    [
      'a tile that the table lacks, of a size',
      { width: 16, height: 16, more: [{ tag: 277, type: 3, values: [0] }] },
      /0 samples/,
    ],
    ['samples of 0 bits', { width: 16, height: 16, bits: 0 }, /0 bits/],
    ['samples of 33 bits', { width: 16, height: 16, bits: 33 }, /33 bits/],
  ])('refuses %s', (_, options, message) => expectRefused(picture(options), message))

  it('refuses a window of 65536 tiles, one pixel wide each', () => {
    const blocks = Array.from({ length: 65536 }, () => 8)
    return expectRefused(
      picture({ width: 256, height: 256, tile: 1, offsets: blocks, counts: blocks.map(() => 1) }),
      /above the limit/,
    )
  })

  it('refuses blocks beyond the end of the file', () =>
    expectRefused(picture({ width: 16, height: 16, offsets: [0x7fffff00], counts: [256] }), /outside the file/))

  it('refuses what is cut off in the middle of a block', () =>
    expectRefused(oneTile({ width: 16, height: 16, counts: [4096] }, new Uint8Array(100)), /outside the file/))
})

describe('compressed data', () => {
  const deflate = 8
  it('stops a deflate bomb at the size of its block', () =>
    expectRefused(
      oneTile({ width: 16, height: 16, compression: deflate }, deflateSync(new Uint8Array(64_000_000))),
      /cannot be decoded/,
    ))

  it('stops a zstd bomb at the size of its block', () =>
    expectRefused(
      oneTile({ width: 16, height: 16, compression: 50000 }, zstdCompressSync(new Uint8Array(64_000_000))),
      /cannot be decoded/,
    ))

  it('refuses too few bytes', async () => {
    for (const [compression, data] of [
      [1, new Uint8Array(255)],
      [deflate, deflateSync(new Uint8Array(255))],
      [50000, zstdCompressSync(new Uint8Array(255))],
      [32773, Uint8Array.of(0x81, 7)],
      [5, Uint8Array.of(0x80, 0x0b, 0x60, 0x50)],
    ] as const) {
      await expectRefused(oneTile({ width: 16, height: 16, compression }, data), /cannot be decoded/)
    }
  })

  it.each([5, 7, deflate, 32773, 34887, 50000, 50001])('survives garbage in compression %i', async (compression) => {
    // Any 200 bytes are legal PackBits.
    for (const length of compression === 32773 ? [1, 2, 23] : [1, 2, 23, 200, 5000]) {
      const samples = compression === 50001 ? 3 : 1
      const garbage = new Uint8Array(length).map((_, i) => (i * 197 + length * 31) & 255)
      await expectRefused(oneTile({ width: 16, height: 16, samples, compression }, garbage), /cannot be decoded/)
    }
  })

  it('refuses a LERC blob that says it has no bytes', () => {
    const blob = new Uint8Array(100)
    blob.set(new TextEncoder().encode('Lerc2 '))
    new DataView(blob.buffer).setInt32(6, 4, true)
    return expectRefused(oneTile({ width: 16, height: 16, compression: 34887 }, blob), /cannot be decoded/)
  })

  it('refuses a WebP picture that is not the block’s', async () => {
    const create = { width: 64, height: 64, channels: 3, background: '#123' } as const
    const webp = await sharp({ create }).webp().toBuffer()
    const options = { samples: 3, compression: 50001, photometric: 2 }
    await expectRefused(oneTile({ ...options, width: 16, height: 16 }, webp), /64x64/)
    await expectRefused(oneTile({ ...options, width: 128, height: 128, tile: 128 }, webp), /64x64/)
    await expectRefused(oneTile({ ...options, width: 64, height: 64, tile: 64 }, webp.subarray(0, 30)), /cannot be decoded/)
  })

  it('refuses a JPEG frame that is not the block’s, before it is decoded', async () => {
    const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#123' } })
      .jpeg()
      .toBuffer()
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
    const huge = Buffer.from(jpeg)
    huge.writeUInt32BE(0xffffffff, frame + 5)
    const options = { width: 16, height: 16, samples: 3, compression: 7, photometric: 6 }
    await expectRefused(oneTile(options, huge), /JPEG frame of 65535x65535/)
    await expectRefused(oneTile({ ...options, width: 32, height: 32, tile: 32 }, jpeg), /JPEG frame of 16x16/)
  })

  it('takes nothing but WebP for WebP', () =>
    expectRefused(
      oneTile(
        { width: 16, height: 16, samples: 3, compression: 50001 },
        new TextEncoder().encode('<svg width="16" height="16"/>'),
      ),
      /no WebP stream/,
    ))

  it.each([
    [6, /old-style JPEG/],
    [34925, /LZMA/],
    [50002, /JPEG XL/],
    [34712, /JPEG 2000/],
    [44510, /44510/],
  ])('names compression %i, which is not supported', (compression, name) =>
    expectRefused(picture({ width: 16, height: 16, compression }), name),
  )

  it('names samples that are not supported', async () => {
    await expectRefused(picture({ width: 16, height: 16, bits: 64, format: 6 }), /complex samples/)
    await expectRefused(picture({ width: 16, height: 16, bits: 24, format: 1 }), /24 bits/)
  })
})

it('keeps no failure: a file that is mended is read', async () => {
  const good = oneTile({ width: 16, height: 16 }, new Uint8Array(256).fill(9))
  const net = new MemoryNet({ 'a.tif': good.subarray(0, 100) })
  const cogs = cogsOver(net)
  await expect(cogs.open('a.tif', {})).rejects.toBeInstanceOf(UnreadableAssetError)
  net.files.set('a.tif', good)
  const cog = await cogs.open('a.tif', {})
  const { blocks } = await cog.readWindow(0, { x: 0, y: 0, width: 16, height: 16 }, {})
  expect(blocks[0].bands[0]?.[255]).toBe(9)
  expect(net.opened - net.closed).toBe(1)
})

it('survives every cut and 600 flipped bytes of a real file', { timeout: 60 * SECOND }, async () => {
  const whole = new Uint8Array(readFileSync(new URL('fixtures/mask-overviews.tif', import.meta.url)))
  const damaged: Uint8Array[] = []
  for (let length = 0; length < 1200; length += 37) damaged.push(whole.slice(0, length))
  for (let i = 0; i < 600; i++) {
    const copy = whole.slice()
    copy[(i * 7919) % 1500] ^= 1 << (i % 8)
    damaged.push(copy)
  }
  const start = performance.now()
  const others: unknown[] = []
  for (const bytes of damaged) {
    const { error } = await failure(bytes)
    if (error !== undefined && !(error instanceof UnreadableAssetError)) others.push(error)
  }
  expect(others).toEqual([])
  // 1.4 s alone; a machine that does other things may take ten times as long.
  expect(performance.now() - start).toBeLessThan(45 * SECOND)
})
