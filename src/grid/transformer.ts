import proj4 from 'proj4'
import { UnreadableAssetError } from '../errors.ts'
import type { BBox } from './bbox.ts'
import { type Crs, sameCrs, WGS84 } from './crs.ts'

export type Point = [x: number, y: number]

/** A point that is moved from one CRS to the other: nothing is allocated for the next one. */
export interface Place {
  x: number
  y: number
}

/** Exact transforms between two CRS, x first, geographic in degrees. Where there is no answer: NaN or an infinity, never an exception. */
export interface Transformer {
  /** Input and output are the same numbers. */
  readonly identity: boolean
  forward(x: number, y: number): Point
  inverse(x: number, y: number): Point
  /** As `forward`, of many points: 180 for each asset of a tile. */
  moveForward(place: Place): void
}

type Step = (place: Place) => void
/** One CRS against longitude and latitude in radians on its own datum. */
interface Projection {
  readonly toLonLat: Step
  readonly fromLonLat: Step
  readonly datum: Datum
}
interface Datum {
  readonly datum_type?: number
  readonly datum_params?: readonly number[]
  readonly a?: number
  readonly es?: number
}
interface Proj {
  /** The place that it is given, moved, for most projections. */
  readonly forward: (p: Place) => Place | undefined
  readonly inverse: (p: Place) => Place | undefined
  readonly datum: Datum
  readonly to_meter?: number
  readonly from_greenwich?: number
  readonly axis?: string
  readonly names?: readonly string[]
  readonly sphere?: boolean
  readonly a?: number
  readonly e?: number
  readonly k0?: number
}

const RADIUS = 6378137
const DEGREES = 180 / Math.PI
/** proj4's name for "no datum": nothing to shift. */
const NO_DATUM = 5

function wrap(lon: number): number {
  // Exactly 180 stays 180: so far over the border is rounding noise.
  if (Math.abs(lon) < Math.PI + 1e-14) return Math.max(-Math.PI, Math.min(Math.PI, lon))
  const turn = 2 * Math.PI
  return lon + Math.PI - turn * Math.floor((lon + Math.PI) / turn) - Math.PI
}

function put(place: Place, x: number, y: number): void {
  place.x = x
  place.y = y
}

const mercator: Projection = {
  toLonLat: (p) => put(p, wrap(p.x / RADIUS), Math.PI / 2 - 2 * Math.atan(Math.exp(-p.y / RADIUS))),
  // At the poles, as PROJ: far (38 radii) but not infinite, since the tangent of a rounded right angle is not.
  fromLonLat: (p) => put(p, RADIUS * wrap(p.x), RADIUS * Math.asinh(Math.tan(p.y))),
  // It has none of its own in proj4, which then shifts nothing: its longitudes and latitudes are those of WGS84.
  datum: (proj4.Proj(WGS84.definition) as unknown as Proj).datum,
}

const projections = new Map<string, Projection | undefined>()

/** undefined: units, axes or a prime meridian that only proj4 itself deals with. */
function projectionOf(crs: Crs): Projection | undefined {
  if (crs.epsg === 3857) return mercator
  if (projections.has(crs.definition)) return projections.get(crs.definition)
  const proj = proj4.Proj(crs.definition) as unknown as Proj
  const simple = (proj.axis ?? 'enu') === 'enu' && !proj.from_greenwich
  const unit = proj.to_meter ?? 1
  const projection: Projection | undefined = !simple
    ? undefined
    : crs.geographic
      ? {
          datum: proj.datum,
          toLonLat: (p) => put(p, p.x / DEGREES, p.y / DEGREES),
          fromLonLat: (p) => put(p, p.x * DEGREES, p.y * DEGREES),
        }
      : {
          datum: proj.datum,
          toLonLat: (p) => {
            put(p, p.x * unit, p.y * unit)
            const found = proj.inverse(p)
            put(p, found?.x ?? Number.NaN, found?.y ?? Number.NaN)
          },
          fromLonLat: (p) => {
            const { x: lon, y: lat } = p
            const found = proj.forward(p) ?? mercatorPole(proj, lon, lat)
            put(p, (found?.x ?? Number.NaN) / unit, (found?.y ?? Number.NaN) / unit)
          },
        }
  projections.set(crs.definition, projection)
  return projection
}

/** proj4's Mercator has no poles; PROJ's are far but not infinite, as those of {@link mercator}. */
function mercatorPole(proj: Proj, lon: number, lat: number): Place | undefined {
  const equator = proj.names?.includes('merc') && !proj.sphere ? proj.forward({ x: lon, y: 0 }) : undefined
  if (!equator || proj.a == null || proj.e == null || proj.k0 == null) return undefined
  return {
    x: equator.x,
    y: equator.y + proj.a * proj.k0 * (Math.asinh(Math.tan(lat)) - proj.e * Math.atanh(proj.e * Math.sin(lat))),
  }
}

function sameDatum(a: Datum, b: Datum): boolean {
  if (a.datum_type === NO_DATUM || b.datum_type === NO_DATUM) return true
  if (a.datum_type !== b.datum_type || a.a !== b.a || Math.abs((a.es ?? 0) - (b.es ?? 0)) > 5e-11) return false
  return JSON.stringify(a.datum_params) === JSON.stringify(b.datum_params)
}

function step(from: Crs, to: Crs): Step {
  const a = projectionOf(from)
  const b = projectionOf(to)
  if (a && b && sameDatum(a.datum, b.datum)) {
    return (place) => {
      a.toLonLat(place)
      b.fromLonLat(place)
    }
  }
  const mercatorSide = a === mercator || b === mercator
  if (mercatorSide) {
    const toDegrees = step(from, WGS84)
    const fromDegrees = step(WGS84, to)
    return (place) => {
      toDegrees(place)
      fromDegrees(place)
    }
  }
  const whole = proj4(from.definition, to.definition)
  return (place) => {
    const [x, y] = whole.forward([place.x, place.y])
    put(place, x, y)
  }
}

/** proj4 throws, or returns undefined, for places that it cannot reach. */
function safe(run: Step): Step {
  return (place) => {
    if (!Number.isFinite(place.x) || !Number.isFinite(place.y)) return put(place, Number.NaN, Number.NaN)
    try {
      run(place)
    } catch {
      put(place, Number.NaN, Number.NaN)
    }
  }
}

function ofPoints(move: Step): (x: number, y: number) => Point {
  return (x, y) => {
    const place = { x, y }
    move(place)
    return [place.x, place.y]
  }
}

/** By the definitions of both. */
const transformers = new Map<string, Map<string, Transformer>>()

/** @throws UnreadableAssetError where one of two is unknown; Error a definition that proj4 does not understand */
export function transformer(from: Crs, to: Crs): Transformer {
  const unknown = sameCrs(from, to) ? undefined : (from.unknown ?? to.unknown)
  if (unknown !== undefined) throw new UnreadableAssetError(unknown)
  const found = transformers.get(from.definition)?.get(to.definition)
  if (found) return found
  const bothLonLat = from.geographic && to.geographic
  const a = bothLonLat ? projectionOf(from) : undefined
  const b = bothLonLat ? projectionOf(to) : undefined
  const identity = sameCrs(from, to) || (a != null && b != null && sameDatum(a.datum, b.datum))
  const moveForward = identity ? () => undefined : safe(step(from, to))
  const moveBack = identity ? () => undefined : safe(step(to, from))
  const made: Transformer = { identity, forward: ofPoints(moveForward), inverse: ofPoints(moveBack), moveForward }
  if (transformers.size > 500) transformers.clear()
  const others = transformers.get(from.definition) ?? new Map<string, Transformer>()
  transformers.set(from.definition, others.set(to.definition, made))
  return made
}

/**
 * Smallest box in `to` around `densify` points between the corners of each edge. Places without an answer are left out;
 * NaN everywhere if there is none at all.
 */
export function transformBounds(from: Crs, to: Crs, bbox: BBox, densify = 21): BBox {
  const t = transformer(from, to)
  if (t.identity) return bbox
  const [minX, minY, maxX, maxY] = bbox
  const n = densify + 1
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  const place = { x: 0, y: 0 }
  const add = (x: number, y: number) => {
    put(place, x, y)
    t.moveForward(place)
    if (!Number.isFinite(place.x) || !Number.isFinite(place.y)) return
    box[0] = Math.min(box[0], place.x)
    box[1] = Math.min(box[1], place.y)
    box[2] = Math.max(box[2], place.x)
    box[3] = Math.max(box[3], place.y)
  }
  for (let i = 0; i <= n; i++) {
    const x = i === n ? maxX : minX + ((maxX - minX) * i) / n
    const y = i === n ? maxY : minY + ((maxY - minY) * i) / n
    add(x, minY)
    add(x, maxY)
    add(minX, y)
    add(maxX, y)
  }
  return box[0] <= box[2] ? box : [Number.NaN, Number.NaN, Number.NaN, Number.NaN]
}
