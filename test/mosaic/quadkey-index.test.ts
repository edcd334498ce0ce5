import { describe, expect, test } from 'vitest'
import { quadkey } from '../../src/grid/quadkey.ts'
import { IndexBuilder } from '../../src/mosaic/index-builder.ts'

/** A generator of numbers below n that always gives the same ones. */
function dice(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

interface MadeTile {
  readonly col: number
  readonly row: number
  readonly key: string
  readonly assets: readonly string[]
}

function build(zoom: number, tiles: readonly MadeTile[]) {
  const builder = new IndexBuilder()
  for (const { key, assets } of tiles) {
    builder.addKey(key)
    for (const asset of assets) builder.addAsset(Buffer.from(asset), 0, Buffer.byteLength(asset))
  }
  return builder.finish(zoom)
}

/** Up to 600 tiles of a zoom, on 40 x 40 of its columns and rows, in no order, with up to 4 of 50 assets each. */
function randomTiles(zoom: number, random: (n: number) => number): MadeTile[] {
  const side = Math.min(40, 2 ** zoom)
  const [left, top] = [random(2 ** zoom - side + 1), random(2 ** zoom - side + 1)]
  const tiles = new Map<string, MadeTile>()
  for (let i = 0; i < 600; i++) {
    const [col, row] = [left + random(side), top + random(side)]
    const assets = Array.from({ length: random(5) }, () => `/asset-${random(50)}.tif`)
    const key = quadkey(col, row, zoom)
    if (!tiles.has(key)) tiles.set(key, { col, row, key, assets })
  }
  return [...tiles.values()]
}

const unique = (tiles: readonly MadeTile[]) => [...new Set(tiles.flatMap(({ assets }) => assets))]
const byKey = (a: MadeTile, b: MadeTile) => (a.key < b.key ? -1 : 1)
const byColumn = (a: MadeTile, b: MadeTile) => a.col - b.col || a.row - b.row

describe.each([0, 1, 4, 14, 15, 16, 30])('zoom %i, against a search through all keys', (zoom) => {
  const random = dice(zoom + 1)
  const tiles = randomTiles(zoom, random)
  const index = build(zoom, tiles)
  const texts = (ids: readonly number[]) => ids.map((id) => index.text(id))

  test('keys are sorted and have their assets', () => {
    expect([...index.entries()]).toEqual(tiles.toSorted(byKey).map(({ key, assets }) => [key, assets]))
  })

  test('a prefix gives the assets below it in the order of the keys', () => {
    for (let i = 0; i < 60; i++) {
      const prefix = tiles[random(tiles.length)].key.slice(0, random(zoom + 1))
      const expected = unique(tiles.filter(({ key }) => key.startsWith(prefix)).toSorted(byKey))
      expect(texts(index.idsFor([prefix], 1000))).toEqual(expected)
      expect(texts(index.idsFor([prefix], 3))).toEqual(expected.slice(0, 3))
    }
  })

  test('a box gives the assets in it by column, then row', () => {
    for (let i = 0; i < 60; i++) {
      const [a, b] = [tiles[random(tiles.length)], tiles[random(tiles.length)]]
      const [minCol, maxCol] = [Math.min(a.col, b.col), Math.max(a.col, b.col)]
      const [minRow, maxRow] = [Math.min(a.row, b.row), Math.max(a.row, b.row)]
      const inside = tiles.filter(({ col, row }) => col >= minCol && col <= maxCol && row >= minRow && row <= maxRow)
      expect(texts(index.idsIn({ minCol, minRow, maxCol, maxRow }, 1000))).toEqual(unique(inside.toSorted(byColumn)))
    }
  })
})

test('prefixes are answered in their order, each asset once', () => {
  const index = build(1, [
    { col: 0, row: 0, key: '0', assets: ['a', 'b'] },
    { col: 1, row: 0, key: '1', assets: ['c', 'a'] },
  ])
  expect(index.idsFor(['1', '0', '1'], 10).map((id) => index.text(id))).toEqual(['c', 'a', 'b'])
  expect(index.idsFor(['3'], 10)).toEqual([])
})

test('no keys at all is an index too', () => {
  const index = build(5, [])
  expect(index.idsFor([''], 10)).toEqual([])
  expect(index.idsIn({ minCol: 0, minRow: 0, maxCol: 31, maxRow: 31 }, 10)).toEqual([])
})

test('an asset string is kept once', () => {
  const repeated = build(
    10,
    randomTiles(10, dice(7)).map((tile) => ({ ...tile, assets: [`/${'long'.repeat(1000)}.tif`] })),
  )
  expect(repeated.bytes).toBeLessThan(30_000)
})
