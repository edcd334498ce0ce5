import { describe, expect, test } from 'vitest'
import { DEFAULT_TMS, tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'
import { BLOCK, overviewGrid, pixelSize } from '../../src/overview/overview-grid.ts'

const web = tileMatrixSet(DEFAULT_TMS)

describe('the grid of an overview', () => {
  test('lies on the pixels of the tiles of its zoom, and begins at a tile of the zoom above', () => {
    const grid = overviewGrid(10, { minX: 543, minY: 357, maxX: 548, maxY: 360 })
    expect([grid.originX, grid.originY]).toEqual([542, 356])
    const [minX, , , maxY] = tileBounds(web, 9, 271, 178)
    const [pixel, , left, , , top] = grid.transform
    expect(left).toBeCloseTo(minX, 6)
    expect(top).toBeCloseTo(maxY, 6)
    expect(pixel).toBeCloseTo(pixelSize(10), 12)
    // Tiles 542 to 548 and 356 to 360, and up to three pixels more so that the last level is a half of a half.
    expect(grid.levels[0]).toEqual({ width: 1792, height: 1280, columns: 4, rows: 3 })
  })

  test.each([
    [0, 0, 0],
    [3, 2, 5],
    [700, 3, 10],
    [1, 900, 11],
    [4095, 4095, 12],
  ])('%i columns and %i rows more, zoom %i: each level has exactly half the pixels, down to one block', (columns, rows, zoom) => {
    const { levels } = overviewGrid(zoom, { minX: 0, minY: 0, maxX: columns, maxY: rows })
    for (const [index, { width, height }] of levels.slice(1).entries()) {
      expect([width, height]).toEqual([levels[index].width / 2, levels[index].height / 2])
      expect(Number.isInteger(width) && Number.isInteger(height)).toBe(true)
    }
    const last = levels[levels.length - 1]
    expect([last.columns, last.rows].toSorted()[0]).toBe(1)
    expect(Math.max(last.width, last.height)).toBeLessThanOrEqual(2 * BLOCK)
    expect(levels[0].width).toBeGreaterThanOrEqual((columns + 1) * 256)
    expect(levels[0].height).toBeGreaterThanOrEqual((rows + 1) * 256)
  })

  test('no level that is higher than a block is just as wide: rasterio would take it for one of strips', () => {
    for (let columns = 0; columns < 40; columns++) {
      for (const rows of [1, 7, 63]) {
        const { levels } = overviewGrid(9, { minX: 0, minY: 0, maxX: columns, maxY: rows })
        expect(levels.filter(({ width, height }) => width === BLOCK && height > BLOCK)).toEqual([])
      }
    }
  })
})
