import { expect, test } from 'vitest'
import { fromBounds } from '../../src/grid/affine.ts'
import type { BBox } from '../../src/grid/bbox.ts'
import { type Crs, crsFromEpsg, WGS84 } from '../../src/grid/crs.ts'
import { suggestedGrid } from '../../src/grid/suggested-grid.ts'

interface Case {
  readonly from: number
  readonly to: number
  readonly width: number
  readonly height: number
  readonly bbox: BBox
  readonly size: readonly [number, number]
  readonly pixel: readonly [number, number]
  readonly origin: readonly [number, number]
}

/**
 * rasterio 1.4.4 with GDAL 3.10.3: calculate_default_transform(from, to, width, height, *bbox). The first ones touch the antimeridian:
 * their pixels are narrower than high.
 */
const CASES: readonly Case[] = [
  {
    from: 4326,
    to: 3857,
    width: 2700,
    height: 2700,
    bbox: [-180, 45, -135, 85.06],
    size: [1252, 3607],
    pixel: [3999.700065804365, -3999.700065804365],
    origin: [-20037508.342789244, 20048966.104014594],
  },
  {
    from: 4326,
    to: 3857,
    width: 500,
    height: 500,
    bbox: [-180, 45, -135, 85.06],
    size: [232, 668],
    pixel: [21598.38035534357, -21598.38035534357],
    origin: [-20037508.342789244, 20048966.104014594],
  },
  {
    from: 4326,
    to: 3857,
    width: 507,
    height: 500,
    bbox: [135, 45, 180, 85.06],
    size: [234, 673],
    pixel: [21356.06753160095, -21447.724473796665],
    origin: [15028131.257091932, 20048966.104014594],
  },
  {
    from: 4326,
    to: 3857,
    width: 507,
    height: 479,
    bbox: [135, -85.06, 180, -45],
    size: [229, 659],
    pixel: [21800.607354955053, -21896.224053880294],
    origin: [15028131.257091932, -5621521.486192066],
  },
  {
    from: 4326,
    to: 3857,
    width: 360,
    height: 170,
    bbox: [-180, -85, 180, 85],
    size: [282, 281],
    pixel: [142072.06989190163, -142122.46793017475],
    origin: [-20037508.342789244, 19971868.880408566],
  },
  {
    from: 3857,
    to: 4326,
    width: 3308,
    height: 1634,
    bbox: [10682955.608567756, 6855880.425695274, 11709875.795321975, 7363131.811776409],
    size: [3541, 1036],
    pixel: [0.0026051290322750484, -0.0026051290322750484],
    origin: [95.96662302746778, 55.00652101402224],
  },
  {
    from: 3857,
    to: 4326,
    width: 914,
    height: 3358,
    bbox: [7790053.888954725, 7893708.881386727, 7841448.4379874645, 8082530.430240052],
    size: [1594, 3094],
    pixel: [0.00028972644666608365, -0.00028972644666608365],
    origin: [69.97924472562747, 58.544265516030435],
  },
  {
    from: 2193,
    to: 3857,
    width: 4226,
    height: 662,
    bbox: [1500000.0, 5349206.933769288, 1824246.9756661505, 5400000.0],
    size: [4241, 710],
    pixel: [102.75102345387705, -102.75102345387705],
    origin: [19123851.835118435, -5089383.931651992],
  },
  {
    from: 2193,
    to: 4326,
    width: 4226,
    height: 662,
    bbox: [1500000.0, 5349206.933769288, 1824246.9756661505, 5400000.0],
    size: [4261, 532],
    pixel: [0.000918616211618938, -0.000918616211618938],
    origin: [171.79248394724047, -41.5202499636815],
  },
  {
    from: 3413,
    to: 4326,
    width: 4226,
    height: 662,
    bbox: [-1000000.0, -2152379.198692138, -27259.07300154888, -2000000.0],
    size: [4276, 553],
    pixel: [0.0060432675521149655, -0.0060432675521149655],
    origin: [-71.56505117707799, 71.68693387488769],
  },
  {
    from: 3413,
    to: 3857,
    width: 4226,
    height: 662,
    bbox: [-1000000.0, -2152379.198692138, -27259.07300154888, -2000000.0],
    size: [4262, 1618],
    pixel: [674.8462445869343, -674.8462445869343],
    origin: [-7966585.055626885, 11641343.698360546],
  },
  {
    from: 3031,
    to: 3857,
    width: 4226,
    height: 662,
    bbox: [-486370.46349922556, -76189.59934606894, 486370.46349922556, 76189.59934606894],
    size: [4101, 1218],
    pixel: [9770.695396001707, -9773.078492439756],
    origin: [-20037446.21506921, -20604031.37375375],
  },
  {
    from: 3413,
    to: 3857,
    width: 4226,
    height: 662,
    bbox: [-486370.46349922556, -76189.59934606894, 486370.46349922556, 76189.59934606894],
    size: [4101, 1218],
    pixel: [9770.70240820776, -9773.085506356103],
    origin: [-20037498.845759574, 32485803.888444334],
  },
  {
    from: 2193,
    to: 3857,
    width: 1172,
    height: 2864,
    bbox: [1500000.0, 5347844.855336218, 1521342.8175788939, 5400000.0],
    size: [1204, 2880],
    pixel: [24.471409451410803, -24.471409451410803],
    origin: [19123826.007904902, -5093125.983826084],
  },
  {
    from: 2193,
    to: 4326,
    width: 1172,
    height: 2864,
    bbox: [1500000.0, 5347844.855336218, 1521342.8175788939, 5400000.0],
    size: [1534, 2737],
    pixel: [0.0001724656936353355, -0.0001724656936353355],
    origin: [171.79225193743386, -41.545413661436854],
  },
  {
    from: 3413,
    to: 4326,
    width: 1172,
    height: 2864,
    bbox: [-1000000.0, -2156465.4339913446, -935971.5472633186, -2000000.0],
    size: [2938, 1429],
    pixel: [0.0010560220864338067, -0.0010560220864338067],
    origin: [-71.56505117707799, 69.81854729890546],
  },
  {
    from: 3031,
    to: 3857,
    width: 1172,
    height: 2864,
    bbox: [-32014.226368340725, -78232.7169956722, 32014.226368340725, 78232.7169956722],
    size: [3059, 470],
    pixel: [13097.95977640327, -13102.242954878222],
    origin: [-20037504.879644282, -31842369.724230085],
  },
]

function epsg(code: number): Crs {
  const crs = crsFromEpsg(code)
  if (!crs) throw new Error(`EPSG:${code} is not known`)
  return crs
}

test.each(CASES)(
  'grid of EPSG:$to for $width x $height pixels of EPSG:$from is GDAL’s, sizes to 1e-9, origin to 1e-5 pixel',
  (c) => {
    const file = { width: c.width, height: c.height, transform: fromBounds(...c.bbox, c.width, c.height) }
    const grid = suggestedGrid(file, epsg(c.from), epsg(c.to))
    if (!grid) throw new Error('no grid')
    const [a, , x, , e, y] = grid.transform
    expect([grid.width, grid.height]).toStrictEqual(c.size)
    expect(Math.abs(a / c.pixel[0] - 1)).toBeLessThan(1e-9)
    expect(Math.abs(e / c.pixel[1] - 1)).toBeLessThan(1e-9)
    expect(Math.abs(x - c.origin[0]) / a).toBeLessThan(1e-5)
    expect(Math.abs(y - c.origin[1]) / a).toBeLessThan(1e-5)
  },
)

test('a file without a place in the CRS has no grid', () => {
  const file = { width: 100, height: 100, transform: fromBounds(1e9, 1e9, 2e9, 2e9, 100, 100) }
  expect(suggestedGrid(file, epsg(3035), epsg(3857))).toBeUndefined()
})

// rasterio 1.4.4: calculate_default_transform('EPSG:32618', 'EPSG:4326', 779, 790, left, 4978484.79, left + 233729.79, 5215515): the top
// edge is highest at 500000, between two of GDAL's 21 points. Those at a third and two thirds count, no others do (400 random files).
test.each([
  [425085, 47.09313765531776, 'near a third'],
  [399496.1903, 47.09312789204703, 'far from a third'],
])('the extent holds two more points of every edge, to 1e-12 degrees: %s', (left, top) => {
  const utm = crsFromEpsg(32618)
  if (!utm) throw new Error('EPSG:32618 is not there')
  const file = { width: 779, height: 790, transform: fromBounds(left, 4978484.79, left + 233729.79, 5215515, 779, 790) }
  expect(suggestedGrid(file, utm, WGS84)?.transform[5]).toBeCloseTo(top, 12)
})
