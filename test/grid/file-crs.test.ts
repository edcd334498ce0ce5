import { describe, expect, it } from 'vitest'

import { WEB_MERCATOR, WGS84, crsFromEpsg, sameCrs } from '../../src/grid/crs.ts'
import type { Crs } from '../../src/grid/crs.ts'
import { crsFromGeoKeys } from '../../src/grid/geokeys.ts'
import { withLocalShift } from '../../src/grid/nad27.ts'
import { transformer } from '../../src/grid/transformer.ts'

/** Metres between two places in degrees. */
function metres([lon, lat]: readonly number[], [x, y]: readonly number[]): number {
  return Math.hypot((lon - x) * Math.cos((lat * Math.PI) / 180), lat - y) * 111_320
}
const esri = (text: string) => ({
  GTModelTypeGeoKey: 32767,
  GeographicTypeGeoKey: 4326,
  PCSCitationGeoKey: `ESRI PE String = ${text}`,
})

describe('a CRS as text in a citation', () => {
  it("ESRI's Web Mercator is Web Mercator, not its base EPSG:4326", async () => {
    const crs = await crsFromGeoKeys(
      esri(
        'PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],' +
          'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Mercator_Auxiliary_Sphere"],PARAMETER["False_Easting",0.0],' +
          'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",0.0],PARAMETER["Auxiliary_Sphere_Type",0.0],UNIT["Meter",1.0]]',
      ),
    )
    expect(crs).toEqual(WEB_MERCATOR)
  })

  it('takes the text where it is a projection that we know', async () => {
    const crs = await crsFromGeoKeys(
      esri(
        'PROJCS["x",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],' +
          'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],' +
          'PARAMETER["Central_Meridian",9.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]',
      ),
    )
    const utm = crsFromEpsg(32632) as Crs
    expect(
      metres(transformer(crs, WGS84).forward(441320, 5750720), transformer(utm, WGS84).forward(441320, 5750720)),
    ).toBeLessThan(0.01)
  })

  it('falls back to the keys where the text is none', async () => {
    expect(await crsFromGeoKeys(esri('PROJCS["nonsense"'))).toMatchObject({ epsg: 4326 })
  })
})

it('counts in the unit that the file names, whatever its code says', async () => {
  // rasterio 1.4.4, gcore/data/gtiff/epsg_2853_with_us_feet.tif: warp.transform(ds.crs, 'EPSG:4326', *zip(ds.transform * (ds.width / 2, ds.height / 2)))
  const crs = await crsFromGeoKeys({ GTModelTypeGeoKey: 1, ProjectedCSTypeGeoKey: 2853, ProjLinearUnitsGeoKey: 9003 })
  expect(
    metres(transformer(crs, WGS84).forward(11882500 + 2.5, 7011250 - 2.5), [-77.09603836448075, 38.89281037593531]),
  ).toBeLessThan(2)
  expect(crs.epsg).toBeUndefined()
})

// rasterio 1.4.4 without grids: warp.transform(crs, 'EPSG:4326', xs, ys)
describe('NAD27 without grids', () => {
  it.each([
    ['California', 26711, [441320, 3750720], [-117.635513268245, 33.89699089725503]],
    ['Pennsylvania', 4267, [-80, 40], [-79.99976689927213, 40.000025567575605]],
    ['Nebraska', 4267, [-100, 45], [-100.00045009662082, 44.99996013694773]],
    ['Alaska', 4267, [-150, 62], [-150.0022789153841, 61.99945184318983]],
  ] as const)('%s is within 1 m of PROJ', (_, code, [x, y], place) => {
    const crs = withLocalShift(crsFromEpsg(code) as Crs, [x, y])
    expect(metres(transformer(crs, WGS84).forward(x, y), place)).toBeLessThan(1)
    // It is still the CRS of that code: a file is not shifted against itself.
    expect(sameCrs(crs, crsFromEpsg(code) as Crs)).toBe(true)
  })

  it('leaves other CRS as they are', () => {
    expect(withLocalShift(WEB_MERCATOR, [0, 0])).toBe(WEB_MERCATOR)
  })
})

it('a projection of its own parameters is on the datum of its base', async () => {
  // gcore/data/gtiff/spaf27_brokengdal.tif, without the datum 70 m off.
  const keys = {
    GTModelTypeGeoKey: 1,
    GeographicTypeGeoKey: 4267,
    ProjectedCSTypeGeoKey: 32767,
    ProjectionGeoKey: 32767,
    ProjCoordTransGeoKey: 8,
    ProjLinearUnitsGeoKey: 9003,
    ProjStdParallel1GeoKey: 33.8833333333333,
    ProjStdParallel2GeoKey: 32.7833333333333,
    ProjFalseOriginLongGeoKey: -116.25,
    ProjFalseOriginLatGeoKey: 32.1666666666667,
    ProjFalseOriginEastingGeoKey: 609601.219202438,
    ProjFalseOriginNorthingGeoKey: 0,
  }
  const crs = await crsFromGeoKeys(keys)
  expect(crs.definition).toContain('+datum=NAD27')
})
