import { expect, it } from 'vitest'
import { type Crs, crsFromEpsg, WEB_MERCATOR } from '../../src/grid/crs.ts'
import { transformer } from '../../src/grid/transformer.ts'

// rasterio 1.4.4, PROJ without grids: warp.transform('EPSG:27700', 'EPSG:3857', [400000], [300000]), and back
it('a datum other than WGS84 is shifted on the way to Web Mercator and back, as PROJ does, within a centimetre', () => {
  const { forward, inverse } = transformer(crsFromEpsg(27700) as Crs, WEB_MERCATOR)
  const [x, y] = forward(400_000, 300_000)
  expect(Math.hypot(x + 222_798.51527546762, y - 6_908_944.195540887)).toBeLessThan(0.01)
  const [easting, northing] = inverse(-200_000, 6_900_000)
  expect(Math.hypot(easting - 413_887.45141470566, northing - 294_587.61706781056)).toBeLessThan(0.01)
})
