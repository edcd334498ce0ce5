import { ParameterError } from '../errors.ts'
import type { BBox } from '../grid/bbox.ts'

type Position = readonly number[]
type Ring = readonly Position[]
type Point = readonly [x: number, y: number]

/** GeoJSON geometry of a footprint, in degrees. Parts across the antimeridian are parts of a MultiPolygon. */
export type FootprintGeometry =
  | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] }

/** An asset and where it lies. */
export interface MosaicFeature {
  readonly type?: 'Feature'
  readonly geometry: FootprintGeometry
  readonly properties?: Readonly<Record<string, unknown>> | null
  readonly [member: string]: unknown
}

/** Rings of all parts: of each, the outline first, then its holes. */
export interface Footprint {
  readonly parts: readonly (readonly Ring[])[]
  readonly boxes: readonly BBox[]
}

/** @throws ParameterError naming the feature that has no area */
export function footprintOf({ geometry }: MosaicFeature, i: number): Footprint {
  const { type, coordinates } = geometry ?? {}
  const parts = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : undefined
  if (!Array.isArray(parts) || parts.length === 0 || !parts.every(isPolygon)) {
    throw new ParameterError('features', `features[${i}].geometry: must be a Polygon or MultiPolygon of positions in degrees`)
  }
  return { parts, boxes: parts.map(([outline]) => boxOf(outline)) }
}

function isPolygon(rings: unknown): rings is readonly Ring[] {
  return Array.isArray(rings) && rings.length > 0 && rings.every(isRing)
}

/** Degrees, a little beyond the globe included: as far as the bounds of a mosaic may reach. */
function isRing(ring: unknown): boolean {
  return (
    Array.isArray(ring) &&
    ring.length >= 4 &&
    ring.every((position) => Math.abs(numberOf(position?.[0])) <= 360 && Math.abs(numberOf(position[1])) <= 91)
  )
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN
}

export function boxOf(ring: Ring): BBox {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of ring) {
    minX = Math.min(minX, x)
    minY = Math.min(minY, y)
    maxX = Math.max(maxX, x)
    maxY = Math.max(maxY, y)
  }
  return [minX, minY, maxX, maxY]
}

/** What a footprint has of a convex outline: `area` in the outline's units; `touches`: at least one point, be it of the edge. */
export function overlap(
  { parts, boxes }: Footprint,
  convex: readonly Point[],
): { readonly area: number; readonly touches: boolean } {
  const [minX, minY, maxX, maxY] = boxOf(convex)
  let sum = 0
  let touches = false
  for (const [i, rings] of parts.entries()) {
    const [left, bottom, right, top] = boxes[i]
    if (left > maxX || right < minX || bottom > maxY || top < minY) continue
    const [outline, ...holes] = rings.map((ring) => clip(ring, convex))
    touches ||= outline.length > 0
    sum += Math.abs(area(outline)) - holes.reduce((all, hole) => all + Math.abs(area(hole)), 0)
  }
  return { area: Math.max(0, sum), touches }
}

/** Twice signed area, halved: positive where the ring goes against the clock. */
export function area(ring: readonly Position[]): number {
  let twice = 0
  for (let i = 0; i < ring.length; i++) {
    const [ax, ay] = ring[i]
    const [bx, by] = ring[(i + 1) % ring.length]
    twice += ax * by - bx * ay
  }
  return twice / 2
}

/** Sutherland and Hodgman: what a ring has inside a convex outline. Points on the edge are inside. */
function clip(ring: Ring, convex: readonly Point[]): readonly Point[] {
  const turn = Math.sign(area(convex))
  let points: Point[] = ring.map(([x, y]) => [x, y])
  for (let i = 0; i < convex.length && points.length > 0; i++) {
    const [ax, ay] = convex[i]
    const [bx, by] = convex[(i + 1) % convex.length]
    const side = ([x, y]: Point): number => turn * ((bx - ax) * (y - ay) - (by - ay) * (x - ax))
    const kept: Point[] = []
    for (const [k, point] of points.entries()) {
      const before = points[(k + points.length - 1) % points.length]
      const here = side(point)
      const there = side(before)
      if (here > 0 !== there > 0 && here !== 0 && there !== 0) kept.push(between(before, point, there / (there - here)))
      if (here >= 0) kept.push(point)
    }
    points = kept
  }
  return points
}

function between([ax, ay]: Point, [bx, by]: Point, part: number): Point {
  return [ax + (bx - ax) * part, ay + (by - ay) * part]
}
