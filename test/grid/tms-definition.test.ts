import { describe, expect, it } from 'vitest'
import { checkTile, registerTileMatrixSet, TILE_MATRIX_SETS, tileAt, tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'
import { parseTileMatrixSet } from '../../src/grid/tms-definition.ts'

/** Swiss grid, rows from the bottom, with the fields that somebody may leave out left out. */
const swiss = {
  id: 'SwissTest',
  crs: { uri: 'http://www.opengis.net/def/crs/EPSG/0/2056' },
  orderedAxes: ['E', 'N'],
  tileMatrices: [1, 0].map((zoom) => ({
    id: String(zoom),
    scaleDenominator: 1000 / 0.28e-3 / 2 ** zoom,
    cellSize: 1000 / 2 ** zoom,
    cornerOfOrigin: 'bottomLeft',
    pointOfOrigin: [2_400_000, 1_000_000],
    tileWidth: 256,
    tileHeight: 256,
    matrixWidth: 2 * 2 ** zoom,
    matrixHeight: 2 ** zoom,
  })),
}

function changed(change: (set: Record<string, unknown> & { tileMatrices: Record<string, unknown>[] }) => void) {
  const copy = structuredClone(swiss) as unknown as Parameters<typeof change>[0]
  change(copy)
  return copy
}

function axesOf(crs: unknown) {
  return parseTileMatrixSet(changed((set) => Object.assign(set, { orderedAxes: undefined, crs }))).orderedAxes
}

describe('a tile matrix set of the operator’s own', () => {
  it('is sorted by zoom and has its CRS as text', () => {
    const { crs, tileMatrices } = parseTileMatrixSet(swiss)
    expect([crs, tileMatrices.map((matrix) => matrix.id)]).toEqual(['http://www.opengis.net/def/crs/EPSG/0/2056', ['0', '1']])
  })

  it('is known like the others once it is registered', () => {
    const before = TILE_MATRIX_SETS.length
    registerTileMatrixSet(parseTileMatrixSet(swiss))
    registerTileMatrixSet(parseTileMatrixSet(swiss))
    expect(TILE_MATRIX_SETS.slice(before)).toEqual(['SwissTest'])
    const set = tileMatrixSet('SwissTest')
    expect(set).toMatchObject({ minzoom: 0, maxzoom: 1, quadtree: false, crs: { epsg: 2056 } })
    expect(tileBounds(set, 1, 1, 0)).toEqual([2_528_000, 1_000_000, 2_656_000, 1_128_000])
    expect(() => checkTile(set, 1, 4, 0)).toThrow(/outside the 4 x 2 tiles/)
    // Bern is at E 2600000, N 1200000.
    expect(tileAt(set, 7.43864, 46.95108, 1)).toEqual({ x: 1, y: 1 })
  })

  it('cannot take the name of another', () => {
    expect(() => registerTileMatrixSet(parseTileMatrixSet(changed((set) => (set.id = 'WebMercatorQuad'))))).toThrow(/taken/)
  })

  it('must have a CRS that we know', () => {
    const definition = parseTileMatrixSet(changed((set) => Object.assign(set, { id: 'Elsewhere', crs: 'EPSG:999999' })))
    expect(() => registerTileMatrixSet(definition)).toThrow(/Elsewhere: crs/)
  })

  it('takes the order of the axes from the CRS where it does not say', () => {
    expect(axesOf('http://www.opengis.net/def/crs/EPSG/0/4326')).toEqual(['Lat', 'Lon'])
    expect(axesOf({ wkt: { id: { authority: 'EPSG', code: 2056 } } })).toEqual(['X', 'Y'])
  })

  it.each([
    ['no object', /the document/, () => []],
    ['id', /id: may hold/, () => changed((set) => (set.id = '../x'))],
    ['no matrices', /tileMatrices: must be a list/, () => changed((set) => (set.tileMatrices = []))],
    ['gap', /without a gap, and 3 does not follow/, () => changed((set) => (set.tileMatrices[0].id = '3'))],
    ['zoom', /id: must be a zoom/, () => changed((set) => (set.tileMatrices[0].id = 'a'))],
    ['size', /tileMatrix 1: cellSize/, () => changed((set) => (set.tileMatrices[0].cellSize = 0))],
    ['width', /tileMatrix 1: matrixWidth: must be a whole/, () => changed((set) => (set.tileMatrices[0].matrixWidth = 1.5))],
    ['square', /tileWidth and tileHeight/, () => changed((set) => (set.tileMatrices[0].tileWidth = 512))],
    ['origin', /pointOfOrigin/, () => changed((set) => (set.tileMatrices[0].pointOfOrigin = [1]))],
    ['corner', /cornerOfOrigin/, () => changed((set) => (set.tileMatrices[0].cornerOfOrigin = 'middle'))],
    ['crs', /crs/, () => changed((set) => (set.crs = 4))],
    [
      'rows',
      /minTileRow/,
      () => changed((set) => (set.tileMatrices[0].variableMatrixWidths = [{ coalesce: 2, minTileRow: -1, maxTileRow: 1 }])),
    ],
  ])('is refused with the reason: %s', (_, message, make) => {
    expect(() => parseTileMatrixSet(make())).toThrow(message)
  })

  it('may be any of the published ones', () => {
    for (const id of TILE_MATRIX_SETS)
      expect(parseTileMatrixSet(tileMatrixSet(id).definition).tileMatrices).toHaveLength(
        tileMatrixSet(id).definition.tileMatrices.length,
      )
  })
})
