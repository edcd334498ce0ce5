import { ParameterError, TooLargeError } from '../errors.ts'
import type { BBox } from '../grid/bbox.ts'

type Position = readonly number[]

/** A GeoJSON geometry that has an extent. */
export type Geometry =
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly Position[])[])[] }
  | { readonly type: 'LineString'; readonly coordinates: readonly Position[] }
  | { readonly type: 'MultiLineString'; readonly coordinates: readonly (readonly Position[])[] }

/** One polygon's rings, or one line. */
export interface Shape {
  readonly kind: 'polygon' | 'line'
  readonly rings: readonly (readonly Position[])[]
}

export interface GeoJsonFeature {
  readonly type: 'Feature'
  readonly geometry: Geometry
  readonly properties: Readonly<Record<string, unknown>>
  /** Further members, as they came. */
  readonly [member: string]: unknown
}

export interface FeatureLimits {
  readonly maxVertices: number
}

/** How deep the arrays of positions are nested. */
const DEPTH = { LineString: 1, MultiLineString: 2, Polygon: 2, MultiPolygon: 3 } as const
const FEWEST_OF_RING = 4
const FEWEST_OF_LINE = 2

/** A GeoJSON Feature of a body. @throws ParameterError naming `body`; TooLargeError above the vertices allowed */
export function parseFeature(body: unknown, limits: FeatureLimits): GeoJsonFeature {
  return readFeature(body, 'body', { left: limits.maxVertices, ...limits })
}

/** A Feature, or the features of a FeatureCollection; the vertices are counted together. @throws as {@link parseFeature} */
export function parseFeatures(body: unknown, limits: FeatureLimits): readonly GeoJsonFeature[] {
  const budget = { left: limits.maxVertices, ...limits }
  if (!isObject(body) || body.type !== 'FeatureCollection') return [readFeature(body, 'body', budget)]
  if (!Array.isArray(body.features)) throw bad('body.features', 'must be an array')
  if (body.features.length > limits.maxVertices) throw tooMany(limits)
  return body.features.map((feature: unknown, index) => readFeature(feature, `body.features[${index}]`, budget))
}

export function shapesOf(geometry: Geometry): readonly Shape[] {
  switch (geometry.type) {
    case 'Polygon':
      return [{ kind: 'polygon', rings: geometry.coordinates }]
    case 'MultiPolygon':
      return geometry.coordinates.map((rings) => ({ kind: 'polygon', rings }))
    case 'LineString':
      return [{ kind: 'line', rings: [geometry.coordinates] }]
    case 'MultiLineString':
      return [{ kind: 'line', rings: geometry.coordinates }]
  }
}

/** Smallest box around a geometry, in its own units. */
export function geometryBounds(geometry: Geometry): BBox {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { rings } of shapesOf(geometry)) {
    for (const [x, y] of rings.flat()) {
      box[0] = Math.min(box[0], x)
      box[1] = Math.min(box[1], y)
      box[2] = Math.max(box[2], x)
      box[3] = Math.max(box[3], y)
    }
  }
  return box
}

interface Budget extends FeatureLimits {
  left: number
}

function readFeature(value: unknown, place: string, budget: Budget): GeoJsonFeature {
  if (!isObject(value) || value.type !== 'Feature') throw bad(place, 'must be a GeoJSON Feature')
  const { properties } = value
  if (properties != null && !isObject(properties)) throw bad(`${place}.properties`, 'must be an object or null')
  const geometry = readGeometry(value.geometry, `${place}.geometry`, budget)
  return { ...value, type: 'Feature', geometry, properties: properties ?? {} }
}

function readGeometry(value: unknown, place: string, budget: Budget): Geometry {
  if (!isObject(value) || typeof value.type !== 'string' || !Object.hasOwn(DEPTH, value.type)) {
    throw bad(place, `must be a ${Object.keys(DEPTH).join(', ')}`)
  }
  const type = value.type as Geometry['type']
  checkNested(value.coordinates, DEPTH[type], `${place}.coordinates`, budget)
  const geometry = { type, coordinates: value.coordinates } as Geometry
  for (const { kind, rings } of shapesOf(geometry)) {
    if (rings.length === 0) throw bad(`${place}.coordinates`, 'has no ring')
    for (const ring of rings) {
      if (kind === 'line' && ring.length < FEWEST_OF_LINE) throw bad(`${place}.coordinates`, 'a line has at least 2 positions')
      if (kind === 'polygon' && !isClosed(ring))
        throw bad(`${place}.coordinates`, 'a ring has at least 4 positions, the last one the same as the first')
    }
  }
  if (shapesOf(geometry).length === 0) throw bad(`${place}.coordinates`, 'is empty')
  return geometry
}

function checkNested(value: unknown, depth: number, place: string, budget: Budget): void {
  if (!Array.isArray(value)) throw bad(place, 'must be an array')
  if (depth > 0) {
    for (const inner of value as unknown[]) checkNested(inner, depth - 1, place, budget)
    return
  }
  if (--budget.left < 0) throw tooMany(budget)
  if (value.length < 2 || !value.every((number) => typeof number === 'number' && Number.isFinite(number)))
    throw bad(place, 'a position is two or more finite numbers')
}

function isClosed(ring: readonly Position[]): boolean {
  const last = ring.at(-1)
  return ring.length >= FEWEST_OF_RING && ring[0][0] === last?.[0] && ring[0][1] === last[1]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(place: string, what: string): ParameterError {
  return new ParameterError('body', `${place}: ${what}`)
}

function tooMany({ maxVertices }: FeatureLimits): TooLargeError {
  return new TooLargeError(`body: the geometry has more than ${maxVertices} vertices`, '--max-vertices')
}
