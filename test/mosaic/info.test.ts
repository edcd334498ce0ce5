import { expect, test } from 'vitest'
import { WEB_MERCATOR } from '../../src/grid/crs.ts'
import { tileMatrixSet } from '../../src/grid/tms.ts'
import { mosaicFeature, mosaicInfo } from '../../src/mosaic/info.ts'
import { inMemory } from './made-mosaic.ts'

test('info has titiler\u2019s members, and ours beside them', async () => {
  const { info } = await inMemory({ bounds: [-76, 44, -71, 47], attribution: '(c) us', quadkey_zoom: 3 })
  expect(mosaicInfo(info)).toEqual({
    bounds: [-76, 44, -71, 47],
    crs: 'http://www.opengis.net/def/crs/EPSG/0/4326',
    name: 'mosaic',
    quadkeys: [],
    tilematrixset: 'WebMercatorQuad',
    mosaic_tilematrixset:
      "<TileMatrixSet title='Google Maps Compatible for the World' id='WebMercatorQuad' crs='http://www.opengis.net/def/crs/EPSG/0/3857>",
    mosaic_minzoom: 3,
    mosaic_maxzoom: 9,
    center: [-73.5, 45.5, 3],
    quadkey_zoom: 3,
    mosaicjson: '0.0.3',
    version: '1.0.0',
    description: undefined,
    attribution: '(c) us',
  })
})

test('bounds of a mosaic in another grid are in that grid\u2019s geographic CRS', async () => {
  const { info } = await inMemory({ tilematrixset: tileMatrixSet('NZTM2000Quad').definition })
  expect(mosaicInfo(info).crs).toBe('http://www.opengis.net/def/crs/EPSG/0/4167')
})

test('the feature is the outline in the CRS that was asked for', async () => {
  const { info } = await inMemory({ bounds: [-90, 0, 0, 45] })
  expect(mosaicFeature(info)).toMatchObject({
    type: 'Feature',
    bbox: [-90, 0, 0, 45],
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [-90, 0],
          [0, 0],
          [0, 45],
          [-90, 45],
          [-90, 0],
        ],
      ],
    },
    properties: { bounds: [-90, 0, 0, 45] },
  })
  // By the formula: x = 6378137 * lon, y = 6378137 * asinh(tan(lat)), to a millimetre.
  const { bbox } = mosaicFeature(info, WEB_MERCATOR)
  expect(bbox[0]).toBeCloseTo(-10018754.171, 3)
  expect(bbox[3]).toBeCloseTo(5621521.486, 3)
})

test('across the antimeridian the outline has two parts', async () => {
  const { info } = await inMemory({ bounds: [170, -20, -170, 10] })
  const { geometry, bbox } = mosaicFeature(info)
  expect(bbox).toEqual([170, -20, -170, 10])
  expect(geometry.type).toBe('MultiPolygon')
  expect(geometry.coordinates).toHaveLength(2)
})
