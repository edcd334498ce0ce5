import { describe, expect, it } from 'vitest'
import { UTM_PIECES, worldPieces } from '../../scripts/demo/pieces.ts'
import { mosaicOf } from '../../scripts/fixtures/mosaic-document.ts'

const OPTIONS = { minzoom: 0, maxzoom: 4, quadkeyZoom: 1 }

describe('a document of pieces', () => {
  it('lists each piece under the quadkeys that it touches, in the order given', () => {
    const pieces = [
      { asset: 'east.tif', bounds: [10, 10, 20, 20] },
      { asset: 'equator.tif', bounds: [15, -5, 25, 5] },
      { asset: 'west.tif', bounds: [-20, 10, 0, 20] },
    ] as const
    const { tiles, bounds, quadkey_zoom } = mosaicOf(pieces, OPTIONS)
    expect(tiles).toEqual({ 0: ['west.tif'], 1: ['east.tif', 'equator.tif'], 3: ['equator.tif'] })
    expect({ bounds, quadkey_zoom }).toEqual({ bounds: [-20, -5, 25, 20], quadkey_zoom: 1 })
  })

  it('has one empty key at zoom 0', () => {
    const { tiles } = mosaicOf([{ asset: 'a.tif', bounds: [-180, -90, 180, 90] }], { ...OPTIONS, quadkeyZoom: 0 })
    expect(tiles).toEqual({ '': ['a.tif'] })
  })
})

describe('the pieces of the demo', () => {
  const pieces = worldPieces({ width: 4096, height: 2048, bands: [] }, 8, 4)

  it('are 32 of the world in two CRS and three compressions, and five UTM zones', () => {
    expect(pieces).toHaveLength(32)
    expect(new Set(pieces.map(({ epsg }) => epsg))).toEqual(new Set([4326, 3857]))
    expect(new Set(pieces.map(({ compression }) => compression))).toEqual(new Set(['jpeg', 'webp', 'deflate']))
    expect(new Set(UTM_PIECES.map(({ epsg }) => epsg)).size).toBe(5)
  })

  it('overlap their neighbours to the east and end at the date line', () => {
    for (let i = 0; i < 32; i += 2) {
      // EPSG:4326 in even rows at even columns, in odd rows at odd ones; both CRS have the same columns.
      const [a, b] = [pieces[i], pieces[i + 1]]
      const column = (piece: typeof a) => {
        const world = piece.epsg === 4326 ? 360 : 2 * 20037508.342789244
        const start = Math.round(((piece.transform[2] + world / 2) / world) * 4096)
        return [start, start + piece.width]
      }
      expect(column(a)[1] - column(b)[0]).toBe(8)
      expect(column(b)[1]).toBeLessThanOrEqual(4096)
    }
  })
})
