import { describe, expect, test } from 'vitest'
import { OutsideTileMatrixError, ParameterError } from '../../src/errors.ts'
import { quadkey, quadkeyToTile } from '../../src/grid/quadkey.ts'
import { checkTile, tileAt, tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'

/** Set, z, x, y and `morecantile.tms.get(set).xy_bounds(x, y, z)`, morecantile 7.1.0. */
const TILES: readonly (readonly [string, number, number, number, readonly number[]])[] = [
  ['CDB1GlobalGrid', 5, 6061, 4947, [9.374999844863993, -64.6249998733312, 9.437499844812805, -64.59374987335678]],
  ['CDB1GlobalGrid', -2, 242, 160, [60.0, -71.0, 63.0, -70.0]],
  ['CanadianNAD83_LCC', 18, 39688, 1725, [-7773740.902548503, 38140920.32850733, -7773063.567860503, 38141597.66319533]],
  ['CanadianNAD83_LCC', 2, 7, 4, [-10949085.919905204, 22376632.79993229, -7562412.479891662, 25763306.23994583]],
  ['EuropeanETRS89_LAEAQuad', 7, 120, 121, [6218750.0, 1210937.5, 6253906.25, 1246093.75]],
  ['EuropeanETRS89_LAEAQuad', 3, 6, 2, [5375000.0, 3812500.0, 5937500.0, 4375000.0]],
  ['GNOSISGlobalGrid', 7, 155, 199, [-71.7187500019712, -50.62499999744, -70.3125000019968, -49.92187499745279]],
  ['GNOSISGlobalGrid', 20, 127060, 268567, [-169.094353595904, 66.9486255040512, -169.0941819345408, 66.94871133473279]],
  ['LINZAntarticaMapTilegrid', 2, 0, 1, [-918457.73, -7761606.269999998, 6421574.27, -421574.2699999986]],
  ['LINZAntarticaMapTilegrid', 12, 1597, 63, [10528838.269999998, 6459705.73, 10536006.269999998, 6466873.73]],
  ['NZTM2000Quad', 8, 198, 218, [4488293.451038003, 1867459.057639787, 4527429.209520012, 1906594.8161217961]],
  ['NZTM2000Quad', 15, 25884, 29138, [4653397.432133982, 1528995.8963930272, 4653703.180247122, 1529301.6445061676]],
  ['UPSAntarcticWGS84Quad', 4, 3, 1, [-8275474.594284001, 14330569.512939999, -6220379.675628001, 16385664.431596]],
  ['UPSAntarcticWGS84Quad', 11, 556, 2027, [-5513940.796539361, -14119650.770124324, -5497885.36748592, -14103595.341070883]],
  ['UPSArcticWGS84Quad', 6, 55, 38, [13816795.788308, -1596416.1116360016, 14330569.518100003, -1082642.3818440028]],
  ['UPSArcticWGS84Quad', 8, 215, 197, [13174578.620564, -6991040.269383203, 13303022.0529864, -6862596.8369608]],
  ['UTM31WGS84Quad', 19, 213687, 243674, [6804263.295953171, 1409349.8615621477, 6804339.604895808, 1409426.170504786]],
  ['UTM31WGS84Quad', 12, 1379, 234, [3967478.3534238394, 17708558.464105483, 3977245.8980813716, 17718326.008763015]],
  ['WGS1984Quad', 8, 167, 167, [-62.578125, -28.125, -61.875, -27.421875]],
  ['WGS1984Quad', 19, 218262, 221380, [-105.06568908691402, 13.994865417480426, -105.06534576416011, 13.995208740234332]],
  ['WebMercatorQuad', 20, 560117, 597599, [1369331.1432147883, -2801875.7088214196, 1369369.3617289327, -2801837.490307279]],
  ['WebMercatorQuad', 18, 65239, 33271, [-10064157.766196016, 14951082.732580476, -10064004.892139446, 14951235.606637046]],
  ['WorldCRS84Quad', 15, 63374, 5801, [168.1237792968746, 58.128662109375036, 168.1292724609371, 58.134155273437536]],
  ['WorldCRS84Quad', 20, 1443176, 139695, [67.73757934570145, 66.01959228515642, 67.7377510070784, 66.01976394653337]],
  ['WorldMercatorWGS84Quad', 13, 329, 4815, [-18428050.275216535, -3522218.263380889, -18423158.305406284, -3517326.2935706377]],
  ['WorldMercatorWGS84Quad', 4, 13, 13, [12523442.714243323, -15028131.25709198, 15028131.25709198, -12523442.714243323]],
]

test.each(TILES)('bounds of %s %i/%i/%i are those of morecantile to the last bit', (id, z, x, y, bounds) => {
  expect(tileBounds(tileMatrixSet(id), z, x, y)).toStrictEqual(bounds)
})

test('a set that is not known names the parameter', () => {
  expect(() => tileMatrixSet('toString')).toThrow(ParameterError)
  expect(() => tileMatrixSet('Nowhere')).toThrow('tileMatrixSetId')
})

describe('tiles that are not there', () => {
  const tms = tileMatrixSet('WebMercatorQuad')
  test.each([
    [25, 0, 0],
    [-1, 0, 0],
    [2, 4, 0],
    [2, 0, -1],
    [2, 0, 4],
  ])('%i/%i/%i', (z, x, y) => {
    expect(() => checkTile(tms, z, x, y)).toThrow(OutsideTileMatrixError)
    expect(() => tileBounds(tms, z, x, y)).toThrow(OutsideTileMatrixError)
  })
  test('a level may have more columns than rows', () => {
    expect(() => checkTile(tileMatrixSet('WGS1984Quad'), 0, 1, 0)).not.toThrow()
    expect(() => checkTile(tileMatrixSet('WGS1984Quad'), 0, 1, 1)).toThrow(OutsideTileMatrixError)
  })
})

describe('tile at a place', () => {
  const tms = tileMatrixSet('WebMercatorQuad')
  test('in Mercator', () => expect(tileAt(tms, 13.4, 52.5, 10)).toStrictEqual({ x: 550, y: 335 }))
  test('latitudes beyond the set go to its edge', () => {
    expect(tileAt(tms, 0, 90, 3).y).toBe(0)
    expect(tileAt(tms, 0, -90, 3).y).toBe(7)
    expect(tileAt(tms, 180, 0, 3).x).toBe(7)
  })
  test('in geographic sets rows are counted from the north', () => {
    expect(tileAt(tileMatrixSet('WGS1984Quad'), 13.4, 52.5, 3)).toStrictEqual({ x: 8, y: 1 })
  })
})

describe('quadkey', () => {
  test('of zoom 0 is empty', () => expect(quadkey(0, 0, 0)).toBe(''))
  test("Microsoft's example", () => expect(quadkey(3, 5, 3)).toBe('213'))
  test('there and back at zoom 30', () => {
    const tile = { x: 2 ** 30 - 2, y: 12345678, z: 30 }
    expect(quadkeyToTile(quadkey(tile.x, tile.y, tile.z))).toStrictEqual(tile)
  })
  test('other characters are none', () => expect(quadkeyToTile('0124')).toBeUndefined())
})
