import { describe, expect, test } from 'vitest'
import { type CreateOptions, fromFeatures } from '../../src/mosaic/create.ts'
import type { MosaicJSON } from '../../src/mosaic/document.ts'
import type { MosaicFeature } from '../../src/mosaic/footprint.ts'
import { updatedMosaic } from '../../src/mosaic/update.ts'
import recorded from './cogeo-create.json' with { type: 'json' }

interface Recorded {
  readonly features: readonly MosaicFeature[]
  readonly minzoom: number
  readonly maxzoom: number
  readonly options: Readonly<Record<string, unknown>>
  readonly mosaic: MosaicJSON
}

const cases = recorded as unknown as Readonly<Record<string, Recorded>>

function optionsOf({ minzoom, maxzoom, options }: Recorded): CreateOptions {
  return {
    minzoom,
    maxzoom,
    quadkeyZoom: options.quadkey_zoom as number | undefined,
    assetPrefix: options.asset_prefix as string | undefined,
    minimumTileCover: options.minimum_tile_cover as number | undefined,
    tileCoverSort: options.tile_cover_sort as boolean | undefined,
    maximumItemsPerTile: options.maximum_items_per_tile as number | undefined,
  }
}

describe('a mosaic of features, beside what cogeo-mosaic 9.2 makes of them', () => {
  test.each(Object.keys(cases))('%s', (name) => {
    const { features, mosaic } = cases[name]
    const made = fromFeatures(features, optionsOf(cases[name]))
    const { tiles, bounds, center, ...members } = made
    const { tiles: theirs, bounds: theirBounds, center: theirCenter, ...theirMembers } = mosaic
    expect(members).toEqual(theirMembers)
    expect(bounds).toEqual(theirBounds)
    expect(center).toEqual(theirCenter)
    expect(Object.keys(tiles).sort()).toEqual(Object.keys(theirs).sort())
    expect(tiles).toEqual(theirs)
  })
})

function box(path: string, [minX, minY, maxX, maxY]: readonly number[]): MosaicFeature {
  return { geometry: { type: 'Polygon', coordinates: [ringOf(minX, minY, maxX, maxY)] }, properties: { path } }
}

function ringOf(minX: number, minY: number, maxX: number, maxY: number): number[][] {
  return [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ]
}

describe('what cogeo-mosaic gets wrong', () => {
  const wide = box('wide.tif', [0.1, 0.1, 5, 5])
  const half = box('half.tif', [0, 0, 0.7, 1.4])
  const small = box('small.tif', [0.1, 0.1, 0.2, 0.2])

  test('filter and order together keep each feature with its own cover', () => {
    const { tiles } = fromFeatures([small, half, wide], { minzoom: 8, maxzoom: 9, minimumTileCover: 0.1, tileCoverSort: true })
    // The tile whose lower left corner is 0, 0: 86 % and 50 % of it.
    expect(tiles['12222222']).toEqual(['wide.tif', 'half.tif'])
    expect(Object.values(tiles).flat()).not.toContain('small.tif')
  })

  test('a filter that leaves nothing leaves no key', () => {
    expect(fromFeatures([small], { minzoom: 8, maxzoom: 9, minimumTileCover: 0.9, tileCoverSort: true }).tiles).toEqual({})
    expect(() => fromFeatures([small], { minzoom: 8, maxzoom: 9, minimumTileCover: 1.5 })).toThrow(/minimumTileCover/)
  })

  test('all parts of a MultiPolygon count, and its holes do not', () => {
    const parts = [[ringOf(170, 0, 180, 10)], [ringOf(-180, 0, -170, 10), ringOf(-179, 1, -171, 9)]]
    const feature: MosaicFeature = { geometry: { type: 'MultiPolygon', coordinates: parts }, properties: { path: 'a.tif' } }
    const { tiles, bounds } = fromFeatures([feature], { minzoom: 7, maxzoom: 9 })
    const columns = new Set(Object.keys(tiles).map((key) => Number.parseInt(key.replaceAll('2', '0').replaceAll('3', '1'), 2)))
    expect([Math.min(...columns), Math.max(...columns)]).toEqual([0, 127])
    expect(bounds).toEqual([-180, 0, 180, 10])
    // 8 degrees of the hole hold whole tiles of 2.8 degrees.
    expect([...columns].some((column) => column > 3 && column < 123)).toBe(false)
    expect(Object.keys(tiles).length).toBeLessThan(2 * 4 * 4)
  })

  test('a prefix is a text, not a pattern', () => {
    const features = [box('s3://b.cket/a+b/x.tif', [0, 0, 1, 1]), box('s3://bucket/a+b/y.tif', [0, 0, 1, 1])]
    const { tiles, asset_prefix: prefix } = fromFeatures(features, { minzoom: 5, maxzoom: 9, assetPrefix: 's3://b.cket/a+b/' })
    expect(prefix).toBe('s3://b.cket/a+b/')
    for (const assets of Object.values(tiles)) expect(assets).toEqual(['x.tif', 's3://bucket/a+b/y.tif'])
  })

  test('a quadkey_zoom of 0 is one, and its key is empty', () => {
    const { tiles, quadkey_zoom: zoom } = fromFeatures([wide], { minzoom: 3, maxzoom: 9, quadkeyZoom: 0 })
    expect(zoom).toBe(0)
    expect(tiles).toEqual({ '': ['wide.tif'] })
  })

  test('no features, no area and wrong zooms say what is wrong', () => {
    expect(() => fromFeatures([], { minzoom: 1, maxzoom: 2 })).toThrow(/features/)
    expect(() =>
      fromFeatures([wide, { geometry: { type: 'Polygon', coordinates: [[[0, 0]]] } }], { minzoom: 1, maxzoom: 2 }),
    ).toThrow(/features\[1\]\.geometry/)
    expect(() => fromFeatures([wide], { minzoom: 3, maxzoom: 2 })).toThrow(/minzoom \(3\) is above maxzoom \(2\)/)
    expect(() => fromFeatures([wide], { minzoom: 1.5, maxzoom: 2 })).toThrow(/minzoom/)
    expect(() => fromFeatures([wide], { minzoom: 20, maxzoom: 24 })).toThrow(/more than/)
  })
})

function inBucket({ properties }: MosaicFeature): string {
  return `s3://bucket/${properties?.path as string}`
}

describe('choices of the caller', () => {
  const features = [box('b.tif', [0.1, 0.1, 1, 1]), box('a.tif', [0.1, 0.1, 2, 2])]

  test('the accessor names the asset', () => {
    const { tiles } = fromFeatures(features, { minzoom: 5, maxzoom: 9, accessor: inBucket })
    expect(new Set(Object.values(tiles).flat())).toEqual(new Set(['s3://bucket/a.tif', 's3://bucket/b.tif']))
    expect(() => fromFeatures(features, { minzoom: 5, maxzoom: 9, accessor: () => undefined as unknown as string })).toThrow(
      /accessor/,
    )
  })

  test('the filter chooses and orders, and knows tile and cover', () => {
    const zooms = new Set<number>()
    const { tiles } = fromFeatures(features, {
      minzoom: 5,
      maxzoom: 9,
      assetFilter(tile, candidates) {
        zooms.add(tile.z)
        return candidates.toSorted((x, y) => String(x.feature.properties?.path).localeCompare(String(y.feature.properties?.path)))
      },
    })
    expect([...zooms]).toEqual([5])
    expect(Object.values(tiles)).toEqual([['a.tif', 'b.tif']])
  })

  test('another tile matrix set with quadkeys stands in the document', () => {
    const made = fromFeatures([box('a.tif', [174, -42, 175, -41])], { minzoom: 5, maxzoom: 9, tms: 'NZTM2000Quad' })
    expect(made.tilematrixset).toMatchObject({ id: 'NZTM2000Quad' })
  })
})

describe('an update', () => {
  const present = fromFeatures([box('old.tif', [0.1, 0.1, 2, 2])], {
    minzoom: 6,
    maxzoom: 9,
    members: { name: 'n', 'x:custom': { deep: [1] } },
  })
  const more = [box('new.tif', [1, 1, 9, 9]), box('old.tif', [1, 1, 2, 2])]

  test('adds before the present assets, or behind them, each once', () => {
    const first = updatedMosaic(present, more)
    const last = updatedMosaic(present, more, { addFirst: false })
    for (const key of Object.keys(present.tiles)) {
      expect(first.tiles[key]).toEqual(['new.tif', 'old.tif'])
      expect(last.tiles[key]).toEqual(['old.tif', 'new.tif'])
    }
    expect(Object.keys(first.tiles).length).toBeGreaterThan(Object.keys(present.tiles).length)
  })

  test('grows the bounds, counts the version, keeps what it does not know, and leaves the old document alone', () => {
    const before = structuredClone(present)
    const after = updatedMosaic(updatedMosaic(present, more), more)
    expect(after.bounds).toEqual([0.1, 0.1, 9, 9])
    expect(after.center).toEqual([4.55, 4.55, 6])
    expect(after.version).toBe('1.0.2')
    expect(after['x:custom']).toEqual({ deep: [1] })
    expect(present).toEqual(before)
    expect(updatedMosaic({ ...present, version: '2024-07.9' }, more).version).toBe('2024-07.10')
    expect(updatedMosaic({ ...present, version: 'final' }, more).version).toBe('final.1')
  })

  test('takes the prefix off once', () => {
    const prefixed = { ...present, asset_prefix: 's3://bucket/' }
    const { tiles } = updatedMosaic(prefixed, [box('s3://bucket/new.tif', [0.1, 0.1, 2, 2])])
    for (const assets of Object.values(tiles)) expect(assets).toEqual(['new.tif', 'old.tif'])
  })

  test('of nothing changes nothing', () => expect(updatedMosaic(present, [])).toBe(present))
})
