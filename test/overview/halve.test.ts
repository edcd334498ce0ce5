import { describe, expect, test } from 'vitest'
import { halve } from '../../src/overview/halve.ts'
import { BLOCK } from '../../src/overview/overview-grid.ts'
import { emptyBlock, packBlock, type SampleFormat, type SamplesBlock, unpackBlock } from '../../src/overview/samples-block.ts'
import { DATA_TYPES, type DataType } from '../../src/raster/raster.ts'

const HALF = BLOCK / 2

function blockOf(
  dtype: DataType,
  value: (column: number, row: number, band: number) => number,
  valid: (column: number, row: number) => boolean = () => true,
): SamplesBlock {
  const block = emptyBlock({ dtype, bandCount: 2 })
  for (let row = 0; row < BLOCK; row++) {
    for (let column = 0; column < BLOCK; column++) {
      const i = row * BLOCK + column
      block.bands.forEach((band, index) => (band[i] = value(column, row, index)))
      block.mask[i] = valid(column, row) ? 255 : 0
    }
  }
  return block
}

describe('a block made of the four below it', () => {
  const format: SampleFormat = { dtype: 'uint8', bandCount: 2 }

  test('has the mean of four pixels, rounded half up, each child in its quadrant', () => {
    const corners = [10, 20, 30, 40].map((base) => blockOf('uint8', (column, row) => base + (column % 2) + (row % 2) * 2))
    const { bands, mask } = halve(corners, format)
    // 0, 1, 2, 3 more: 1.5 in the mean.
    expect([0, HALF, HALF * BLOCK, HALF * BLOCK + HALF].map((i) => bands[1][i])).toEqual([12, 22, 32, 42])
    expect(mask.every((value) => value === 255)).toBe(true)
  })

  test('leaves out what is not valid, and is valid where one pixel is', () => {
    const child = blockOf(
      'uint8',
      (column, row) => (column % 2 === 0 && row % 2 === 0 ? 200 : 7),
      (column, row) => column % 2 === 0 && row % 2 === 0 && column < 100,
    )
    const { bands, mask } = halve([child, undefined, undefined, undefined], format)
    expect([bands[0][0], bands[0][49], mask[0], mask[49], mask[50]]).toEqual([200, 200, 255, 255, 0])
    expect(mask[HALF]).toBe(0)
    expect(mask.reduce((sum, value) => sum + (value === 255 ? 1 : 0), 0)).toBe(50 * HALF)
  })

  test('keeps what lies under the mask: nodata stays the value that it was', () => {
    const child = blockOf(
      'int16',
      () => -9999,
      () => false,
    )
    expect(halve([child, child, child, child], { dtype: 'int16', bandCount: 2 }).bands[0].every((value) => value === -9999)).toBe(
      true,
    )
  })

  test('has floats as they come', () => {
    const child = blockOf('float32', (column, row, band) => (column % 2) * 0.5 + band + (row % 2) * 0.25)
    const { bands } = halve([child, child, child, child], { dtype: 'float32', bandCount: 2 })
    expect([bands[0][5], bands[1][5]]).toEqual([0.375, 1.375])
  })

  test('has the first valid index of a palette, and never a mean', () => {
    const child = blockOf(
      'uint8',
      (column, row) => (column % 2) + 10 * (row % 2) + 1,
      (column) => column % 2 === 1,
    )
    const { bands } = halve([child, child, child, child], format, 'nearest')
    expect(new Set(bands[0])).toEqual(new Set([2]))
  })
})

test.each(DATA_TYPES)('a packed block of %s is what it was', async (dtype) => {
  const format = { dtype, bandCount: 2 }
  const block = blockOf(
    dtype,
    (column, row, band) => ((column * 31 + row * 17 + band * 5) % 120) - (dtype.startsWith('u') ? 0 : 60),
    (column, row) => (column + row) % 3 > 0,
  )
  const back = await unpackBlock(await packBlock(block, format), format)
  expect(back.bands).toEqual(block.bands)
  expect(back.mask).toEqual(block.mask)
})
