import { describe, expect, test } from 'vitest'
import { CRS84, WEB_MERCATOR, WGS84, crsFromEpsg, crsFromUserInput, sameCrs } from '../../src/grid/crs.ts'
import { transformBounds, transformer } from '../../src/grid/transformer.ts'

/** EPSG code, longitude, latitude, x, y: `pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)`, pyproj 3.7.2. */
const POINTS: readonly (readonly [number, number, number, number, number])[] = [
  [32633, 15.5, 50.1, 535759.0758894277, 5549868.957357526],
  [32601, -177.9, 10, 401360.2049637402, 1105547.027428539],
  [32760, 177.5, -40.2, 542555.1628480044, 5549924.501674509],
  [3857, -77.3, 38.2, -8604996.638320047, 4607717.759142001],
  [4326, 10.1, 20.2, 10.1, 20.2],
  [2193, 174.1, -41.2, 1692232.237258649, 5438457.434706406],
  [3031, 100.2, -75.1, 1602012.9989117584, -288247.63451875874],
  [3035, 11.2, 48.3, 4410065.679163922, 2799222.897737529],
  [3413, -40, 72.1, 170332.6915542474, -1946911.5733351628],
  [2154, 2.4, 46.9, 654324.1469640463, 6644597.644406325],
  [26918, -76.2, 38.3, 395072.0542419463, 4239782.566204713],
  [4269, -100.1, 40.2, -100.1, 40.2],
  [5070, -100.1, 40.2, -345878.7145550879, 1916847.9989257602],
  [3978, -75.1, 46.2, 1528846.2115608882, -71968.17010694064],
  [3395, 12.1, -33.3, 1346965.8385986101, -3911734.198836141],
  [5041, 20, 80, 2380651.7073757825, 954168.0293081885],
  [5042, 20, -80, 2380651.7073757825, 3045831.9706918113],
  [7855, 147.1, -37.1, 508885.94231565745, 5894029.533287216],
]

function crs(code: number) {
  const found = crsFromEpsg(code)
  if (!found) throw new Error(`no EPSG:${code}`)
  return found
}

test.each(POINTS)('EPSG:%i is where PROJ has it, easting first (0.1 mm; a nanodegree)', (code, lon, lat, x, y) => {
  const t = transformer(WGS84, crs(code))
  const [px, py] = t.forward(lon, lat)
  const tolerance = crs(code).geographic ? 1e-9 : 1e-4
  expect(Math.abs(px - x)).toBeLessThan(tolerance)
  expect(Math.abs(py - y)).toBeLessThan(tolerance)
  const [back, up] = t.inverse(px, py)
  expect(Math.abs(back - lon)).toBeLessThan(1e-8)
  expect(Math.abs(up - lat)).toBeLessThan(1e-8)
})

test('a datum shift by seven parameters: the British grid within a centimetre of PROJ', () => {
  const [x, y] = transformer(WGS84, crs(27700)).forward(-1.5, 52.1)
  expect(Math.hypot(x - 434346.5074637147, y - 244746.979390439)).toBeLessThan(0.01)
})

describe('Web Mercator', () => {
  const t = transformer(WEB_MERCATOR, WGS84)
  test('exactly 180 degrees stays, beyond it wraps', () => {
    const edge = Math.PI * 6378137
    expect(t.forward(edge, 0)[0]).toBe(180)
    expect(t.forward(-edge, 0)[0]).toBe(-180)
    expect(t.forward(edge + 6378137 * 0.1, 0)[0]).toBeCloseTo(-180 + (0.1 * 180) / Math.PI, 9)
  })
  // python -c "import pyproj; print(pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(0, 90)[1])"
  test('a pole is as far away as PROJ says, and a place that does not exist is not an exception', () => {
    expect(t.inverse(0, 90)[1]).toBeCloseTo(242528680.94374272, 3)
    // The same of EPSG:3395, Mercator on the ellipsoid.
    expect(transformer(WGS84, crs(3395)).forward(0, 90)[1]).toBeCloseTo(242485887.60835055, 3)
    expect(transformer(WGS84, crs(3395)).forward(10, -90)[0]).toBeCloseTo(1113194.9079, 3)
    expect(transformer(WGS84, crs(3031)).forward(Number.NaN, 5).some(Number.isFinite)).toBe(false)
  })
})

test('bounds are densified: a parallel of a cone is lower in the middle', () => {
  const corners = transformBounds(WGS84, crs(3035), [0, 50, 20, 60], 0)
  const dense = transformBounds(WGS84, crs(3035), [0, 50, 20, 60])
  expect(dense[1]).toBeLessThan(corners[1] - 10_000)
  expect(dense[3]).toBeGreaterThanOrEqual(corners[3])
})

describe('user input', () => {
  test.each([
    'EPSG:3857',
    'epsg:3857',
    '3857',
    'urn:ogc:def:crs:EPSG::3857',
    '<http://www.opengis.net/def/crs/EPSG/0/3857>',
    'EPSG:900913',
  ])('%s is Web Mercator', (text) => expect(sameCrs(crsFromUserInput(text), WEB_MERCATOR)).toBe(true))
  test('CRS84 has the numbers of EPSG:4326 but is another CRS, as for rio-tiler', () => {
    expect(crsFromUserInput('http://www.opengis.net/def/crs/OGC/1.3/CRS84')).toBe(CRS84)
    expect(crsFromUserInput('OGC:CRS84')).toBe(CRS84)
    expect(sameCrs(CRS84, WGS84)).toBe(false)
    expect(transformer(CRS84, WGS84).identity).toBe(true)
  })
  test.each(['EPSG:1', 'EPSG:999999', '', '+proj=utm', '__proto__'])('%j is refused with the parameter named', (text) => {
    expect(() => crsFromUserInput(text, 'dst_crs')).toThrow('dst_crs')
  })
})
