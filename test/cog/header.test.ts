import { describe, expect, it } from 'vitest'

import { MemoryNet, cogsOver, openBytes } from './reading.ts'
import { buildTiff, pictureEntries } from './tiff-builder.ts'
import type { BuiltEntry, Picture } from './tiff-builder.ts'

const subfile = (type: number): BuiltEntry => ({ tag: 254, type: 4, values: [type] })
const extra = (...values: number[]): BuiltEntry => ({ tag: 338, type: 3, values })
const REDUCED = 1
const PAGE = 2
const MASK = 4

const page = (size: number, kind: number | undefined, more: Partial<Picture> = {}) =>
  pictureEntries({ width: size, height: size, tile: 256, more: kind === undefined ? [] : [subfile(kind)], ...more })

/** An image of 64 pixels whose SubIFDs are at `parts`, and nowhere; and two further directories that nothing else leads to. */
function withParts(parts: number[]): { bytes: Uint8Array; offsets: number[] } {
  const offsets: number[] = []
  const list = { tag: 330, type: 4, values: [...parts, 99_999_999] }
  const main = pictureEntries({ width: 64, height: 64, tile: 256, more: [list] })
  const next = (index: number, found: readonly number[]) => {
    offsets.splice(0, offsets.length, ...found)
    return index === 0 ? 0 : (found[index + 1] ?? 0)
  }
  return { bytes: buildTiff([main, page(8, undefined), page(32, REDUCED)], { next }), offsets }
}

describe('directories beside the image', () => {
  it('are overviews in file order, if they are reduced images of the same kind', async () => {
    const cog = await openBytes(
      buildTiff([
        page(64, undefined),
        page(8, REDUCED),
        page(32, REDUCED),
        page(30, undefined),
        page(28, PAGE),
        page(26, REDUCED, { samples: 3 }),
        page(24, REDUCED, { bits: 16 }),
        page(64, REDUCED),
        page(128, REDUCED),
      ]),
    )
    expect(cog.info.overviews.map(({ width }) => width)).toEqual([8, 32])
  })

  it('are overviews where the first one lists them as its parts; what is broken of them is left out', async () => {
    const { offsets } = withParts([0, 0])
    const cog = await openBytes(withParts(offsets.slice(1)).bytes)
    expect(cog.info.overviews.map(({ width }) => width)).toEqual([8, 32])
    // One that leads back to the first.
    expect((await openBytes(withParts([offsets[0], offsets[2]]).bytes)).info.overviews.map(({ width }) => width)).toEqual([32])
  })

  it('are masks by their size; a mask without its image counts for nothing', async () => {
    const masked = await openBytes(buildTiff([page(64, 0), page(32, REDUCED), page(64, MASK), page(32, MASK | REDUCED)]))
    expect(masked.info.hasMask).toBe(true)
    const { blocks } = await masked.readWindow(1, { x: 0, y: 0, width: 32, height: 32 }, {})
    expect(blocks[0].mask).toEqual(new Uint8Array(new SharedArrayBuffer(32 * 32)))
    const other = await openBytes(buildTiff([page(64, 0), page(48, MASK)]))
    expect(other.info.hasMask).toBe(false)
  })

  it('may be broken overviews, but not broken masks', async () => {
    const broken: Partial<Picture> = { compression: 4 }
    const cog = await openBytes(buildTiff([page(64, 0), page(32, REDUCED, broken), page(16, REDUCED)]))
    expect(cog.info.overviews.map(({ width }) => width)).toEqual([16])
    await expect(openBytes(buildTiff([page(64, 0), page(64, MASK, broken)]))).rejects.toThrow(/CCITT/)
  })
})

describe('alpha', () => {
  it.each([
    ['associated', [1], 3],
    ['unassociated', [2], 3],
    ['unspecified', [0], undefined],
  ])('%s', async (_, values, band) => {
    const cog = await openBytes(
      buildTiff([pictureEntries({ width: 16, height: 16, samples: 4, photometric: 2, more: [extra(...values)] })]),
    )
    expect(cog.info.alphaBand).toBe(band)
  })

  it('is what GDAL_METADATA say, if they say', async () => {
    const xml = '<GDALMetadata><Item name="COLORINTERP" sample="1" role="colorinterp">Alpha</Item></GDALMetadata>\0'
    const metadata: BuiltEntry = { tag: 42112, type: 2, values: [...new TextEncoder().encode(xml)] }
    const cog = await openBytes(buildTiff([pictureEntries({ width: 16, height: 16, samples: 2, more: [extra(0), metadata] })]))
    expect(cog.info.alphaBand).toBe(1)
  })
})

describe('nodata', () => {
  it.each([
    ['nan', NaN],
    ['-9999\0', -9999],
    ['0', 0],
  ])('%j', async (text, value) => {
    const nodata: BuiltEntry = { tag: 42113, type: 2, values: [...new TextEncoder().encode(text)] }
    const cog = await openBytes(buildTiff([pictureEntries({ width: 16, height: 16, bits: 32, format: 3, more: [nodata] })]))
    expect(cog.info.nodata).toBe(value)
    const { blocks } = await cog.readWindow(0, { x: 0, y: 0, width: 1, height: 1 }, {})
    expect(blocks[0].bands[0]?.[0]).toBe(value)
  })
})

it('does not read tags that are larger than their use', async () => {
  const long: BuiltEntry = { tag: 42112, type: 2, values: Array.from({ length: 2_000_000 }, () => 65) }
  const net = new MemoryNet({ a: buildTiff([pictureEntries({ width: 16, height: 16, more: [long] })]) })
  await cogsOver(net).open('a', {})
  expect(net.reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(200_000)
})
