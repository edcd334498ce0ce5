import { expect, it } from 'vitest'

import { MemoryNet, cogsOver } from './reading.ts'
import { buildTiff, pictureEntries } from './tiff-builder.ts'

const TILE = 256
const GAP = 100_000

/** 2 x 1 tiles of 16 x 16 samples and their masks, each mask `gap` bytes behind its tile, as COG drivers lay them with no gap. */
function masked(gap: number): Uint8Array {
  const step = TILE + gap + TILE / 8
  const data = new Uint8Array(2 * step)
  for (const tile of [0, 1]) {
    data.fill(10 + tile, tile * step, tile * step + TILE)
    // The left half of each row is valid.
    for (let row = 0; row < 16; row++) data[tile * step + TILE + gap + 2 * row] = 0xff
  }
  const build = (start: number) => {
    const offsets = [start, start + step]
    const picture = pictureEntries({ width: 32, height: 16, offsets, counts: [TILE, TILE] })
    const mask = pictureEntries({
      width: 32,
      height: 16,
      bits: 1,
      photometric: 4,
      offsets: offsets.map((offset) => offset + TILE + gap),
      counts: [TILE / 8, TILE / 8],
      more: [{ tag: 254, type: 4, values: [4] }],
    })
    return buildTiff([picture, mask], { data })
  }
  return build(build(1).length - data.length)
}

async function readOf(file: Uint8Array) {
  const net = new MemoryNet({ a: file })
  const cog = await cogsOver(net).open('a', {})
  const before = net.reads.length
  const { blocks } = await cog.readWindow(0, { x: 0, y: 0, width: 32, height: 16 }, {})
  return { blocks, reads: net.reads.length - before }
}

it.each([
  ['close together are read at once', 0, 1],
  // Each mask and the next tile are neighbours still.
  ['far apart are read by themselves', GAP, 3],
] as const)('tiles and their masks that lie %s', async (_, gap, expected) => {
  const { blocks, reads } = await readOf(masked(gap))
  expect(reads).toBe(expected)
  expect(blocks.map(({ bands }) => bands[0]?.[0])).toEqual([10, 11])
  expect(blocks.map(({ mask }) => [mask?.[7], mask?.[8]])).toEqual([
    [255, 0],
    [255, 0],
  ])
})
