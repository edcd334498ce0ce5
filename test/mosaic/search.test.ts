import { expect, test } from 'vitest'
import type { BBox } from '../../src/grid/bbox.ts'
import { quadkey } from '../../src/grid/quadkey.ts'
import { tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'
import { assetsAroundTile, assetsForBbox, assetsForPoint, assetsForTile, splitAtAntimeridian } from '../../src/mosaic/search.ts'
import type { MosaicStore } from '../../src/stores/store.ts'
import recorded from './cogeo-order.json' with { type: 'json' }
import { inMemory } from './made-mosaic.ts'

const web = tileMatrixSet('WebMercatorQuad')
const options = { maxAssets: 1000 }

/** One asset a tile of zoom z, named by its column and row. */
function everyTile(zoom: number): Record<string, string[]> {
  const tiles: Record<string, string[]> = {}
  for (let x = 0; x < 2 ** zoom; x++) for (let y = 0; y < 2 ** zoom; y++) tiles[quadkey(x, y, zoom)] = [`/${x}-${y}`]
  return tiles
}

test.each(recorded.cases)('cogeo-mosaic lists the same assets in the same order: $tile $point $bbox', async (wanted) => {
  const store = await inMemory(recorded.document)
  expect(await recordedSearch(store, wanted)).toEqual(wanted.assets)
})

type RecordedCase = (typeof recorded.cases)[number]

function recordedSearch(store: MosaicStore, { tile, point, bbox }: RecordedCase): Promise<readonly string[]> {
  if (tile) {
    const [name, z, x, y] = tile as [string, number, number, number]
    return assetsForTile(store, tileMatrixSet(name), z, x, y, options)
  }
  if (point) return assetsForPoint(store, point[0], point[1], options)
  return assetsForBbox(store, bbox as unknown as BBox, options)
}

test('zoom 0 of a mosaic with quadkeys of zoom 16 ends at once, with the name of the limit', async () => {
  const tiles = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [quadkey(i % 256, i >> 8, 16), [`/${i}.tif`]]))
  const store = await inMemory({ minzoom: 16, maxzoom: 18, tiles })
  const start = performance.now()
  await expect(assetsForTile(store, web, 0, 0, 0, options)).rejects.toMatchObject({ status: 413, setting: '--max-assets' })
  await expect(assetsForBbox(store, [-180, -90, 180, 90], options)).rejects.toMatchObject({ setting: '--max-assets' })
  expect(await assetsForTile(store, web, 0, 0, 0, { maxAssets: 50_000, limit: 100 })).toHaveLength(100)
  expect(performance.now() - start).toBeLessThan(1000)
  expect(await assetsForTile(store, web, 0, 0, 0, { maxAssets: 50_000 })).toHaveLength(50_000)
})

test('a box around a tile adds the assets of the neighbours that it reaches, after the own ones', async () => {
  const store = await inMemory({ tiles: everyTile(3) })
  const around = (tms: string, z: number, x: number, y: number, more: number) => {
    const set = tileMatrixSet(tms)
    const [minX, minY, maxX, maxY] = tileBounds(set, z, x, y)
    return assetsAroundTile(store, set, { z, x, y, bbox: [minX - more, minY - more, maxX + more, maxY + more] }, options)
  }
  expect(await around('WebMercatorQuad', 3, 2, 5, 100)).toEqual([
    '/2-5',
    '/1-4',
    '/1-5',
    '/1-6',
    '/2-4',
    '/2-6',
    '/3-4',
    '/3-5',
    '/3-6',
  ])
  // Deeper than the quadkeys, only the border that the box crosses counts; at the grid's edge there is nothing beyond.
  expect(await around('WebMercatorQuad', 4, 0, 0, 100)).toEqual(['/0-0'])
  expect(await around('WebMercatorQuad', 4, 1, 0, 100)).toEqual(['/0-0', '/1-0'])
  expect(await around('WorldCRS84Quad', 2, 2, 1, 0.001)).toEqual(expect.arrayContaining(['/1-3', '/2-3', '/3-3']))
})

test('a tile outside the tile matrix set is refused', async () => {
  const store = await inMemory({})
  await expect(assetsForTile(store, web, 3, 8, 0, options)).rejects.toMatchObject({ status: 404 })
  await expect(assetsForTile(store, tileMatrixSet('WorldCRS84Quad'), 1, 4, 0, options)).rejects.toMatchObject({ status: 404 })
})

test('a box across the antimeridian gives both sides, the western part first', async () => {
  const store = await inMemory({ tiles: everyTile(3) })
  const both = ['/7-3', '/7-4', '/0-3', '/0-4']
  expect(await assetsForBbox(store, [170, -10, -170, 10], options)).toEqual(both)
  expect(await assetsForBbox(store, [170, -10, 190, 10], options)).toEqual(both)
  expect(await assetsForBbox(store, [-190, -10, -170, 10], options)).toEqual(both)
})

test('a box to the poles is cut at the edge of the grid', async () => {
  const store = await inMemory({ minzoom: 2, tiles: everyTile(2) })
  expect(await assetsForBbox(store, [1, 80, 2, 90], options)).toEqual(['/2-0'])
  expect(await assetsForBbox(store, [1, -90, 2, 90], options)).toEqual(['/2-0', '/2-1', '/2-2', '/2-3'])
  expect(await assetsForPoint(store, 1, 90, options)).toEqual(['/2-0'])
  expect(await assetsForPoint(store, -180, -90, options)).toEqual(['/0-3'])
})

test('a point beyond 180 is the same point on the other side', async () => {
  const store = await inMemory({ minzoom: 2, tiles: everyTile(2) })
  expect(await assetsForPoint(store, 190, 10, options)).toEqual(await assetsForPoint(store, -170, 10, options))
})

test('the parts of a box', () => {
  expect(splitAtAntimeridian([-180, -1, 180, 1])).toEqual([[-180, -1, 180, 1]])
  expect(splitAtAntimeridian([-500, -1, 500, 1])).toEqual([[-180, -1, 180, 1]])
  expect(splitAtAntimeridian([170, -1, 180, 1])).toEqual([[170, -1, 180, 1]])
  expect(splitAtAntimeridian([-180, -1, -170, 1])).toEqual([[-180, -1, -170, 1]])
  expect(splitAtAntimeridian([190, -1, 200, 1])).toEqual([[-170, -1, -160, 1]])
})

test('a box of no sense names its parameter', async () => {
  const store = await inMemory({})
  await expect(assetsForBbox(store, [0, 10, 1, 5], options)).rejects.toMatchObject({ status: 422, parameter: 'bbox' })
  await expect(assetsForBbox(store, [0, Number.NaN, 1, 5], options)).rejects.toMatchObject({ status: 422, parameter: 'bbox' })
})

test('a tile of another grid that crosses the antimeridian does not go around the world', async () => {
  const store = await inMemory({ minzoom: 4, tiles: everyTile(4) })
  // Its corners lie at about 175 east and 171 west.
  const assets = await assetsForTile(store, tileMatrixSet('NZTM2000Quad'), 3, 4, 3, options)
  const columns = new Set(assets.map((asset) => Number(/\d+/.exec(asset)?.[0])))
  expect(columns).toEqual(new Set([15, 0]))
})

test('a tile that holds a pole finds what lies around it', async () => {
  const store = await inMemory({ tiles: everyTile(3) })
  const assets = await assetsForTile(store, tileMatrixSet('UPSArcticWGS84Quad'), 0, 0, 0, options)
  expect(new Set(assets.map((asset) => asset.split('-')[0])).size).toBe(8)
})

test('quadkeys of the mosaic\u2019s own tile matrix set are looked up in it', async () => {
  const nztm = tileMatrixSet('NZTM2000Quad')
  const tiles = { [quadkey(1, 2, 2)]: ['/nz.tif'] }
  const store = await inMemory({ minzoom: 2, tilematrixset: nztm.definition, tiles })
  expect(store.info.tileMatrixSet).toBe('NZTM2000Quad')
  expect(await assetsForTile(store, nztm, 2, 1, 2, options)).toEqual(['/nz.tif'])
  expect(await assetsForTile(store, nztm, 4, 7, 11, options)).toEqual(['/nz.tif'])
  expect(await assetsForTile(store, nztm, 4, 3, 11, options)).toEqual([])
})

test('assets of a deeper tile are those of its quadkey', async () => {
  const store = await inMemory({ tiles: everyTile(3) })
  expect(await assetsForTile(store, web, 20, 0, 2 ** 20 - 1, options)).toEqual(['/0-7'])
})
