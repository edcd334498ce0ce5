import { expect, it } from 'vitest'

import type { Block } from '../../src/cog/cog.ts'
import { maskOfBlock } from '../../src/cog/mask-of-block.ts'

/** A block whose samples are 255 where x + y is even, by their place in the level. */
function maskBlock(x: number, y: number, width: number, height: number): Block {
  const samples = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) samples[row * width + column] = (x + column + y + row) % 2 === 0 ? 255 : 0
  }
  return { x, y, width, height, bands: [samples] }
}

it('takes the samples of the same block as they are', () => {
  const mask = maskBlock(16, 16, 16, 16)
  expect(maskOfBlock({ ...mask, bands: [] }, [maskBlock(0, 0, 16, 16), mask])).toBe(mask.bands[0])
})

it('cuts strips and larger tiles to the block', () => {
  const block = { x: 16, y: 16, width: 8, height: 9, bands: [] }
  const wanted = maskBlock(16, 16, 8, 9).bands[0]
  const strips = [0, 7, 14, 21].map((y) => maskBlock(0, y, 40, 7))
  expect(maskOfBlock(block, strips)).toEqual(wanted)
  const tiles = [0, 20].flatMap((y) => [0, 20].map((x) => maskBlock(x, y, 20, 20)))
  expect(maskOfBlock(block, tiles)).toEqual(wanted)
})

it('calls valid what no mask block covers', () => {
  const mask = maskOfBlock({ x: 0, y: 0, width: 4, height: 2, bands: [] }, [maskBlock(0, 0, 4, 1)])
  expect([...mask]).toEqual([255, 0, 255, 0, 255, 255, 255, 255])
})
