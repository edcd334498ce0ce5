import { expect, test } from 'vitest'
import { coveredQuadkeys } from '../../src/mosaic/quadkey-cover.ts'
import { boundsOf, footprintOf } from '../../src/stores/stac-footprint.ts'
import type { StacItem } from '../../src/stores/stac-item.ts'

function keysOf(members: StacItem, zoom: number): string[] {
  const footprint = footprintOf(members, (360 / 2 ** zoom) * 1e-4)
  const keys = new Set<string>()
  for (const polygon of footprint?.polygons ?? [])
    for (const key of coveredQuadkeys(polygon, zoom)) if (key !== undefined) keys.add(key)
  return [...keys].toSorted()
}

const ring = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
]
const polygon = (...rings: number[][][]) => ({ geometry: { type: 'Polygon', coordinates: rings } })

test('a polygon has the tiles that it has a part of, not those that share an edge with it', () => {
  expect(keysOf(polygon(ring(0, 0, 90, 66)), 2)).toEqual(['12'])
  expect(keysOf(polygon(ring(-1, 0, 90, 66)), 2)).toEqual(['03', '12'])
  expect(keysOf(polygon(ring(-180, -90, 180, 90)), 1)).toEqual(['0', '1', '2', '3'])
  expect(keysOf(polygon(ring(1, 1, 2, 2)), 0)).toEqual([''])
})

test('a triangle has not all the tiles of its box', () => {
  const triangle = [
    [-179, -84],
    [179, -84],
    [-179, 84],
    [-179, -84],
  ]
  expect(keysOf(polygon(triangle), 1)).toEqual(['0', '2', '3'])
  expect(keysOf(polygon(triangle), 2)).not.toContain('11')
})

test('a tile that lies in a hole is not covered', () => {
  expect(keysOf(polygon(ring(-90, -66, 90, 66), ring(-1, -1, 91, 67).toReversed()), 2)).toEqual(['03', '21', '30'])
})

test('parts of a MultiPolygon count all, also those on the two sides of the antimeridian', () => {
  const members = { geometry: { type: 'MultiPolygon', coordinates: [[ring(170, 10, 180, 20)], [ring(-180, 10, -175, 20)]] } }
  expect(keysOf(members, 2)).toEqual(['02', '13'])
})

test.each([
  ['jumps', polygon(ring(175, 10, -175, 20))],
  ['goes on beyond 180', polygon(ring(175, 10, 185, 20))],
  ['begins before -180', polygon(ring(-185, 10, -175, 20))],
  ['has only a bbox', { geometry: null, bbox: [175, 10, -175, 20] }],
])('a footprint over the antimeridian that %s', (_, members) => {
  expect(keysOf(members, 3)).toEqual(['022', '133'])
  const box = footprintOf(members, 1e-4)?.box
  expect(box && boundsOf([box])).toEqual([175, 10, -175, 20])
})

test('the whole world and a wide box do not cross it', () => {
  expect(footprintOf(polygon(ring(-180, -80, 180, 80)), 1e-4)?.box).toEqual([-180, -80, 180, 80])
  expect(footprintOf({ ...polygon(ring(-170, -80, 170, 80)), bbox: [-170, -80, 170, 80] }, 1e-4)?.box).toEqual([
    -170, -80, 170, 80,
  ])
})

test('a ring around a pole holds it', () => {
  const around = Array.from({ length: 13 }, (_, i) => [((i * 30 + 180) % 360) - 180, 70])
  expect(footprintOf(polygon(around), 1e-4)?.box).toEqual([-180, 70, 180, 90])
})

test('points and lines have the tiles they lie in', () => {
  expect(keysOf({ geometry: { type: 'Point', coordinates: [10, 10] } }, 4)).toEqual(['1222'])
  expect(
    keysOf(
      {
        geometry: {
          type: 'LineString',
          coordinates: [
            [-10, 10],
            [10, 10],
          ],
        },
      },
      2,
    ),
  ).toEqual(['03', '12'])
  expect(keysOf({ geometry: { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [10, 10] }] } }, 4)).toEqual(
    ['1222'],
  )
})

test('what is no geometry has the bbox, or no place', () => {
  for (const geometry of [
    null,
    {},
    { type: 'Polygon' },
    { type: 'Polygon', coordinates: [[['a', 1]]] },
    { type: 'Polygon', coordinates: [[[1, 2]]] },
  ]) {
    expect(keysOf({ geometry, bbox: [1, 1, 2, 2] }, 1)).toEqual(['1'])
  }
  expect(footprintOf({ geometry: null, bbox: [1, 2] }, 1)).toBeUndefined()
  expect(footprintOf({ geometry: { type: 'Polygon', coordinates: [] } }, 1)).toBeUndefined()
})

test('bounds leave out the widest gap', () => {
  expect(
    boundsOf([
      [10, 0, 20, 5],
      [-30, -5, -20, 0],
    ]),
  ).toEqual([-30, -5, 20, 5])
  expect(
    boundsOf([
      [175, 0, 185, 5],
      [160, -5, 170, 0],
    ]),
  ).toEqual([160, -5, -175, 5])
  expect(
    boundsOf([
      [175, 0, 185, 5],
      [-170, -5, -160, 0],
    ]),
  ).toEqual([175, -5, -160, 5])
  expect(boundsOf([])).toBeUndefined()
})
