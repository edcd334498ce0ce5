import { describe, expect, test } from 'vitest'
import { quadkey } from '../../src/grid/quadkey.ts'
import { coverageOf } from '../../src/overview/coverage.ts'
import { inMemory } from '../mosaic/made-mosaic.ts'

const roomy = { maxSize: 65_536 }
const tilesAt = (zoom: number, ...places: readonly (readonly [x: number, y: number])[]) =>
  Object.fromEntries(places.map(([x, y]) => [quadkey(x, y, zoom), ['/a.tif']]))

describe('what an overview covers', () => {
  test('are the blocks under the quadkeys, whatever the bounds say, at the zoom of minzoom', async () => {
    const tiles = tilesAt(8, [130, 90], [137, 90], [133, 95])
    const store = await inMemory({ minzoom: 8, maxzoom: 12, bounds: [0, 0, 1, 1], tiles })
    const { grid, blocks } = await coverageOf(store, roomy)
    expect([grid.zoom, grid.originX, grid.originY]).toEqual([8, 130, 90])
    expect(grid.levels[0]).toMatchObject({ width: 2048, height: 1536, columns: 4, rows: 3 })
    // Tiles 130, 133 and 137 are in the blocks of columns 0, 1 and 3.
    expect([...blocks]).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0])
  })

  test('finer than the quadkeys, all blocks of each', async () => {
    const store = await inMemory({ minzoom: 3, maxzoom: 12, quadkey_zoom: 3, tiles: tilesAt(3, [4, 2]) })
    const { grid, blocks } = await coverageOf(store, { ...roomy, zoom: 6 })
    expect([grid.originX, grid.originY, grid.levels[0].width]).toEqual([32, 16, 2048])
    expect([...blocks]).toEqual(Array.from({ length: 16 }, () => 1))
  })

  test('is made smaller by lowering the zoom', async () => {
    const store = await inMemory({ minzoom: 10, maxzoom: 12, tiles: tilesAt(10, [100, 100], [1000, 900]) })
    expect((await coverageOf(store, roomy)).grid.zoom).toBe(8)
    expect((await coverageOf(store, { maxSize: 4096 })).grid.zoom).toBe(4)
    expect((await coverageOf(store, { maxSize: 1 })).grid.levels[0].width).toBeLessThanOrEqual(512)
    await expect(coverageOf(store, { zoom: 20, maxSize: 2 ** 30 })).rejects.toMatchObject({ setting: '--max-size' })
  })

  test('a mosaic in another grid: all blocks within the bounds', async () => {
    const tilematrixset = { id: 'WorldMercatorWGS84Quad' }
    const { grid, blocks } = await coverageOf(
      await inMemory({ minzoom: 3, maxzoom: 5, bounds: [10, 45, 20, 55], tilematrixset, tiles: { '012': ['/a.tif'] } }),
      { ...roomy, zoom: 5 },
    )
    expect([grid.originX, grid.originY]).toEqual([16, 10])
    expect(blocks.every((block) => block === 1)).toBe(true)
  })

  test('across the antimeridian: the whole width, and nothing between', async () => {
    const store = await inMemory({ minzoom: 4, maxzoom: 5, bounds: [170, -10, -170, 10], tiles: tilesAt(4, [0, 8], [15, 8]) })
    const { grid, blocks } = await coverageOf(store, roomy)
    expect(grid.levels[0]).toMatchObject({ width: 4096, columns: 8 })
    expect([...blocks]).toEqual([1, 0, 0, 0, 0, 0, 0, 1])
  })

  test('a mosaic of the world at zoom 0 is one block', async () => {
    const store = await inMemory({ minzoom: 0, maxzoom: 5, quadkey_zoom: 0, tiles: { '': ['/a.tif'] } })
    const { grid, blocks } = await coverageOf(store, roomy)
    expect([grid.zoom, grid.levels.length, grid.levels[0].width, ...blocks]).toEqual([0, 1, 256, 1])
  })

  test('a mosaic without tiles is an error that says so', async () => {
    await expect(coverageOf(await inMemory({ tiles: {} }), roomy)).rejects.toMatchObject({ code: 'NO_ASSETS' })
  })
})
