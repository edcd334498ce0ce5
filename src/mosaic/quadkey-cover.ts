/** Longitudes and latitudes; longitudes may go on beyond 180. The last position repeats the first, or not. */
export type CoverRing = readonly (readonly [lon: number, lat: number])[]

/** An outline, then its holes. */
export type CoverPolygon = readonly CoverRing[]

/** Parts of a tile's or a polygon's area, whichever is smaller: less is an edge that both share, and rounding. */
const NOTHING = 1e-9

interface Cell {
  readonly key: string
  readonly west: number
  readonly width: number
  readonly row: number
}

/**
 * Quadkeys of the tiles of WebMercatorQuad that a polygon has a part of, each once, in order. What goes beyond 180 comes in on the
 * other side. The work lies between the keys: `undefined` is given now and then, so that a caller can let others have their turn.
 */
export function* coveredQuadkeys(polygon: CoverPolygon, zoom: number): Generator<string | undefined> {
  const least = NOTHING * size(polygon)
  const keys = new Set<string>()
  for (const turn of [-360, 0, 360]) {
    const here = polygon.map((ring) => ring.map(([lon, lat]): [number, number] => [lon + turn, lat]))
    const world = within(within(here, 0, -180, 180), 1, latitude(1, 1), latitude(0, 1))
    const cell = { key: '', west: -180, width: 360, row: 0 }
    for (const key of keysBelow(world, cell, { zoom, least })) {
      if (key === undefined) yield undefined
      else if (!keys.has(key)) {
        keys.add(key)
        yield key
      }
    }
  }
}

function* keysBelow(polygon: CoverPolygon, cell: Cell, options: { zoom: number; least: number }): Generator<string | undefined> {
  const { key, west, width, row } = cell
  const rows = 2 ** key.length
  const height = latitude(row, rows) - latitude(row + 1, rows)
  if (size(polygon) <= Math.min(options.least, NOTHING * width * height)) return
  if (key.length === options.zoom) {
    yield key
    return
  }
  yield undefined
  const middle = west + width / 2
  const equator = latitude(row * 2 + 1, rows * 2)
  const [left, right] = [within(polygon, 0, -Infinity, middle), within(polygon, 0, middle, Infinity)]
  for (const [digit, half] of [left, right, left, right].entries()) {
    const isLower = digit > 1
    const quarter = within(half, 1, isLower ? -Infinity : equator, isLower ? equator : Infinity)
    const child = { key: key + digit, west: digit % 2 === 0 ? west : middle, width: width / 2, row: row * 2 + (isLower ? 1 : 0) }
    yield* keysBelow(quarter, child, options)
  }
}

/** Northern edge of a row of tiles. Degrees. */
function latitude(row: number, rows: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / rows))) * 180) / Math.PI
}

/** Area of the outline without the holes. Square degrees. */
function size([outline, ...holes]: CoverPolygon): number {
  if (!outline || outline.length === 0) return 0
  return holes.reduce((left, hole) => left - ringArea(hole), ringArea(outline))
}

/** From the first position on, so that small rings far away from 0, 0 keep their digits. */
export function ringArea(ring: CoverRing): number {
  if (ring.length < 3) return 0
  const [[x0, y0]] = ring
  let twice = 0
  for (let i = 1; i + 1 < ring.length; i++) {
    twice += (ring[i][0] - x0) * (ring[i + 1][1] - y0) - (ring[i + 1][0] - x0) * (ring[i][1] - y0)
  }
  return Math.abs(twice) / 2
}

/** What of a polygon lies between two longitudes (axis 0) or latitudes (axis 1). Sutherland and Hodgman, two edges. */
function within(polygon: CoverPolygon, axis: 0 | 1, from: number, to: number): CoverPolygon {
  return polygon.map((ring) => cut(cut(ring, axis, from, 1), axis, to, -1))
}

function cut(ring: CoverRing, axis: 0 | 1, edge: number, side: 1 | -1): CoverRing {
  if (!Number.isFinite(edge) || ring.every((position) => side * (position[axis] - edge) >= 0)) return ring
  const kept: (readonly [number, number])[] = []
  for (const [i, here] of ring.entries()) {
    const before = ring[(i + ring.length - 1) % ring.length]
    const a = side * (before[axis] - edge)
    const b = side * (here[axis] - edge)
    if ((a < 0 && b > 0) || (a > 0 && b < 0)) {
      const part = a / (a - b)
      const other = before[1 - axis] + (here[1 - axis] - before[1 - axis]) * part
      kept.push(axis === 0 ? [edge, other] : [other, edge])
    }
    if (b >= 0) kept.push(here)
  }
  return kept
}
