import { expect, test } from 'vitest'
import { UnreadableAssetError } from '../../src/errors.ts'
import { WGS84 } from '../../src/grid/crs.ts'
import { crsFromGeoKeys } from '../../src/grid/geokeys.ts'
import { transformer } from '../../src/grid/transformer.ts'

test('a projected code', async () => {
  const crs = await crsFromGeoKeys({ GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 32633, GeographicTypeGeoKey: 4326 })
  expect(crs).toMatchObject({ epsg: 32633, geographic: false })
})

test('a geographic code, with a vertical one beside it', async () => {
  const crs = await crsFromGeoKeys({ GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 4326, VerticalCSTypeGeoKey: 5773 })
  expect(crs).toStrictEqual(WGS84)
})

test('a user-defined cone goes through its parameters (1 mm)', async () => {
  const crs = await crsFromGeoKeys({
    GTModelTypeGeoKey: 1,
    ProjectedCSTypeGeoKey: 32767,
    GeographicTypeGeoKey: 4326,
    ProjectionGeoKey: 32767,
    ProjCoordTransGeoKey: 11,
    ProjLinearUnitsGeoKey: 9001,
    ProjStdParallel1GeoKey: 29.5,
    ProjStdParallel2GeoKey: 45.5,
    ProjNatOriginLongGeoKey: -96,
    ProjNatOriginLatGeoKey: 23,
    ProjFalseEastingGeoKey: 0,
    ProjFalseNorthingGeoKey: 0,
  })
  expect(crs.epsg).toBeUndefined()
  // pyproj 3.7.2: Transformer.from_crs(4326, '+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +datum=WGS84', always_xy=True).transform(-100.1, 40.2)
  const [x, y] = transformer(WGS84, crs).forward(-100.1, 40.2)
  expect(x).toBeCloseTo(-345878.7145526586, 3)
  expect(y).toBeCloseTo(1916847.9989625183, 3)
})

test('user-defined in feet: coordinates are feet', async () => {
  const crs = await crsFromGeoKeys({
    GTModelTypeGeoKey: 1,
    ProjectedCSTypeGeoKey: 32767,
    GeographicTypeGeoKey: 4269,
    ProjectionGeoKey: 15917,
    ProjLinearUnitsGeoKey: 9003,
  })
  const [x] = transformer(WGS84, crs).forward(-81, 40)
  expect(x).toBeCloseTo(500000 / (1200 / 3937), 1)
})

test.each([[{}], [{ GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 1 }], [{ GTModelTypeGeoKey: 3 }]])(
  '%j does not say',
  async (keys) => {
    await expect(crsFromGeoKeys(keys)).rejects.toThrow(UnreadableAssetError)
  },
)
