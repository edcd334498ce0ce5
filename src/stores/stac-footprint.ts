import type { BBox } from '../grid/bbox.ts'
import { type CoverPolygon, type CoverRing, ringArea } from '../mosaic/quadkey-cover.ts'
import type { StacItem } from './stac-item.ts'

/** Where an item lies. Degrees; what crosses the antimeridian goes on beyond 180. */
export interface StacFootprint {
  readonly polygons: readonly CoverPolygon[]
  /** West may be anywhere from -180 on, east up to 360 more. */
  readonly box: BBox
}

type Position = readonly [lon: number, lat: number]

const MAX_VERTICES = 100_000

/**
 * The item's geometry, else its bbox; undefined where it has neither. Points and lines become boxes of `least` degrees a side.
 * A geometry that jumps over the antimeridian is taken to cross it, and one that winds around a pole to hold it.
 */
export function footprintOf(item: StacItem, least: number): StacFootprint | undefined {
  const bbox = bboxOf(item.bbox)
  const polygons = polygonsOf(item.geometry).flatMap((rings) => unwrapped(rings, bbox) ?? [])
  const solid = polygons.filter(([outline]) => ringArea(outline) > (least * least) / 4)
  if (solid.length > 0) return { polygons: solid, box: boxOf(solid.flatMap(([outline]) => outline)) }
  const positions = positionsIn(item.geometry)
  const box = bbox ?? (positions.length > 0 ? boxOf(positions) : undefined)
  if (!box) return undefined
  const grown = atLeast(box, least)
  return { polygons: [[ringOf(grown)]], box: grown }
}

/** Four or six numbers; east below west crosses the antimeridian. */
function bboxOf(value: unknown): BBox | undefined {
  if (!Array.isArray(value) || !(value.length === 4 || value.length === 6)) return undefined
  if (!value.every((number) => typeof number === 'number' && Number.isFinite(number))) return undefined
  const [west, south, east, north] = value.length === 4 ? value : [value[0], value[1], value[3], value[4]]
  return south > north ? undefined : [west, south, east < west ? east + 360 : east, north]
}

interface Geometry {
  readonly type?: unknown
  readonly coordinates?: unknown
  readonly geometries?: unknown
}

/** Polygons of any geometry, as they are written. */
function polygonsOf(geometry: unknown): readonly CoverPolygon[] {
  const { type, coordinates, geometries } = (geometry ?? {}) as Geometry
  if (type === 'GeometryCollection' && Array.isArray(geometries)) return geometries.slice(0, 1000).flatMap(polygonsOf)
  const parts = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' && Array.isArray(coordinates) ? coordinates : []
  return parts.flatMap((rings) => {
    const polygon = Array.isArray(rings) ? rings.map(positionsIn).filter((ring) => ring.length >= 3) : []
    return polygon.length > 0 ? [polygon] : []
  })
}

/** All positions below a value, however deep. */
function positionsIn(value: unknown): Position[] {
  const found: Position[] = []
  const visit = (part: unknown, depth: number): void => {
    if (found.length >= MAX_VERTICES || depth > 8) return
    if (Array.isArray(part)) {
      const [lon, lat] = part
      if (typeof lon === 'number' && typeof lat === 'number') {
        if (Number.isFinite(lon) && Number.isFinite(lat)) found.push([lon, lat])
      } else for (const inner of part) visit(inner, depth + 1)
    } else if (typeof part === 'object' && part !== null) {
      const { coordinates, geometries } = part as Geometry
      visit(coordinates ?? geometries, depth + 1)
    }
  }
  visit(value, 0)
  return found
}

/** Rings whose longitudes go on instead of jumping by a turn. */
function unwrapped(rings: CoverPolygon, bbox: BBox | undefined): CoverPolygon[] {
  const [outline, ...holes] = rings
  const jumps = outline.some(([lon], i) => Math.abs(lon - outline[(i + outline.length - 1) % outline.length][0]) > 180)
  if (!jumps) return [rings]
  const { ring, winds } = goingOn(outline)
  const box = boxOf(outline)
  if (winds) return [[ringOf(cap(box))]]
  // As wide as the globe and nothing else: an edge from -180 to 180, and no crossing.
  const isWorld = box[0] <= -180 && box[2] >= 180 && boxOf(ring)[2] - boxOf(ring)[0] < 1e-6
  const isWide = bbox !== undefined && bbox[2] - bbox[0] > 180 && bbox[0] > -180 && bbox[2] < 180
  if (isWorld || isWide) return [rings]
  const [west, , east] = boxOf(ring)
  const inside = holes.map((hole) => {
    const open = goingOn(hole).ring
    const [left, , right] = boxOf(open)
    const turn = right > east + 1e-9 ? -360 : left < west - 1e-9 ? 360 : 0
    return open.map(([lon, lat]): Position => [lon + turn, lat])
  })
  return [[ring, ...inside]]
}

function goingOn(ring: CoverRing): { ring: CoverRing; winds: boolean } {
  let turn = 0
  let before = ring[0][0]
  const open = ring.map(([lon, lat]): Position => {
    if (lon - before > 180) turn -= 360
    else if (before - lon > 180) turn += 360
    before = lon
    return [lon + turn, lat]
  })
  const last = open[open.length - 1][0]
  return { ring: open, winds: Math.abs(last - open[0][0]) > 180 }
}

/** Everything between a ring around a pole and the pole. */
function cap([, south, , north]: BBox): BBox {
  return south + north >= 0 ? [-180, south, 180, 90] : [-180, -90, 180, north]
}

function atLeast([west, south, east, north]: BBox, least: number): BBox {
  const x = Math.max(0, least - (east - west)) / 2
  const y = Math.max(0, least - (north - south)) / 2
  return [west - x, south - y, east + x, north + y]
}

function ringOf([west, south, east, north]: BBox): CoverRing {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ]
}

function boxOf(positions: readonly Position[]): BBox {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lon, lat] of positions) {
    west = Math.min(west, lon)
    south = Math.min(south, lat)
    east = Math.max(east, lon)
    north = Math.max(north, lat)
  }
  return [west, south, east, north]
}

/** Bounds of all boxes. Where one of them crosses the antimeridian, those that leave out the widest gap: west above east. */
export function boundsOf(boxes: readonly BBox[]): BBox | undefined {
  if (boxes.length === 0) return undefined
  const south = Math.max(-90, Math.min(...boxes.map((box) => box[1])))
  const north = Math.min(90, Math.max(...boxes.map((box) => box[3])))
  const west = Math.min(...boxes.map((box) => box[0]))
  const east = Math.max(...boxes.map((box) => box[2]))
  if (west >= -180 && east <= 180) return [west, south, east, north]
  const spans = boxes
    .map((box) => [around(box[0]), around(box[0]) + Math.min(360, box[2] - box[0])] as const)
    .sort((a, b) => a[0] - b[0])
  let [gap, from, to] = [0, -180, 180]
  let reach = spans[0][1]
  for (const [left, right] of [...spans.slice(1), [spans[0][0] + 360, 0] as const]) {
    if (left - reach > gap) [gap, from, to] = [left - reach, around(left), reach]
    reach = Math.max(reach, right)
  }
  return gap === 0 ? [-180, south, 180, north] : [from, south, to > 180 ? around(to) : to, north]
}

function around(lon: number): number {
  return lon - 360 * Math.floor((lon + 180) / 360)
}
