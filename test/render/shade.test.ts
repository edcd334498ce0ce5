import { describe, expect, test } from 'vitest'
import { WEB_MERCATOR } from '../../src/grid/crs.ts'
import type { Raster } from '../../src/raster/raster.ts'
import { namedTable } from '../../src/render/colormap/named.ts'
import { type IndexUse, paletteColormap } from '../../src/render/palette.ts'
import { shade } from '../../src/render/shade.ts'

const transform = [1, 0, 0, 0, -1, 0] as const
const valid = new Uint8Array(3).fill(255)
const one: Raster = {
  width: 3,
  height: 1,
  dtype: 'uint16',
  bands: [Uint16Array.of(0, 500, 1000)],
  masks: [valid],
  transform,
  crs: WEB_MERCATOR,
}

describe('shading', () => {
  test('rescale, then colour formula, then colormap', () => {
    const shaded = shade(one, { rescale: [[0, 1000]], colorFormula: 'gamma r 2', colormap: { kind: 'named', name: 'viridis' } })
    // 500 -> 127 -> int(sqrt(127 / 255) * 255) = 179
    const table = namedTable('viridis')
    expect(shaded.bands.map((band) => [...band])).toEqual(
      [0, 8, 16].map((shift) => [0, 179, 255].map((value) => (table[value] >>> shift) & 0xff)),
    )
    expect([...(shaded.alpha ?? [])]).toEqual([255, 255, 255])
  })

  test('nothing asked for: the same raster', () => {
    expect(shade(one, {})).toBe(one)
  })
})

describe('a file’s palette', () => {
  const indexed: Raster = {
    ...one,
    dtype: 'uint8',
    bands: [Uint8Array.of(0, 1, 2)],
    palette: [
      [1, 2, 3, 255],
      [4, 5, 6, 255],
      [7, 8, 9, 0],
    ],
  }
  const picture = { kind: 'picture' } as const
  const array = { kind: 'array' } as const

  test('gives each index its colour', () => {
    const colormap = paletteColormap(indexed, {}, picture)
    const shaded = shade(indexed, { colormap })
    expect(shaded.bands.map((band) => [...band])).toEqual([
      [1, 4, 7],
      [2, 5, 8],
      [3, 6, 9],
    ])
    expect([...(shaded.alpha ?? [])]).toEqual([255, 255, 0])
  })

  test.each([
    ['a mosaic as a picture', { kind: 'mosaic' }, picture, true],
    ['a mosaic as an array: the indices', { kind: 'mosaic' }, array, false],
    ['a mosaic, rescaled', { kind: 'mosaic', rescale: [[0, 2]] }, picture, false],
    ['one COG as an array, as titiler', { kind: 'cog' }, array, true],
    ['one COG, rescaled, as titiler', { kind: 'cog', rescale: [[0, 2]] }, picture, true],
    ['an expression', { expression: 'b1*2' }, picture, false],
    ['an algorithm', { algorithm: { name: 'floor' } }, picture, false],
    ['unscaled values', { unscale: true }, picture, false],
    ['values of assets', { pixelSelection: 'highest' }, picture, true],
    ['means of indices', { pixelSelection: 'mean' }, picture, false],
  ] as const satisfies readonly (readonly [string, IndexUse, object, boolean])[])('%s', (_, use, format, shown) => {
    expect(paletteColormap(indexed, use, format) !== undefined).toBe(shown)
  })

  test('two bands have none', () => {
    expect(paletteColormap({ ...indexed, bands: [...indexed.bands, ...indexed.bands] }, {}, picture)).toBeUndefined()
  })
})
