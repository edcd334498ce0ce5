import type { SourceInfo } from '../cog/cog.ts'
import type { BBox } from '../grid/bbox.ts'
import { bestLevel, type Size } from '../grid/level.ts'
import { grown } from './grown.ts'
import { readSteps } from './grid-read.ts'
import type { GridRead, PartPlan, PartRequest, PlainPlan, Resampling } from './part-plan.ts'
import type { Rect } from './source-window.ts'

/** The covered part of one axis: source pixels [start, start + length), `whole` of them, onto output pixels [from, to). */
interface Cover {
  readonly start: number
  readonly length: number
  readonly whole: number
  readonly from: number
  readonly to: number
}

function snap(v: number): number {
  const r = Math.round(v)
  return Math.abs(v - r) < 1e-6 ? r : v
}

/**
 * A window of `length` source pixels from `start`, `n` output pixels wide, over a file of `size` pixels that it sticks out of.
 * Output pixels that the file only touches are filled too. undefined: no overlap.
 */
function cover(start: number, length: number, n: number, size: number): Cover | undefined {
  const at = -start
  if (at >= length || at + size <= 0) return undefined
  const lo = Math.max(0, at)
  const hi = Math.min(length, at + size)
  let moved = lo > 0 || hi < length
  let q = lo - at
  let count = hi - lo
  let first = Math.floor(q)
  if (q - first > 1 - 1e-3) {
    first += 1
    q = first
  }
  let whole = Math.max(1, Math.floor(count + 0.5))
  if (first + whole > size || q + count > size) {
    whole = Math.min(whole, size - first)
    count = Math.min(count, size - q)
    moved = true
  }
  let from = 0
  let to = n
  if (moved) {
    const scale = n / length
    const begin = (q + at) * scale
    const end = (q + count + at) * scale
    from = Math.trunc(Math.max(0, begin) + 1e-3)
    const last = Math.ceil(end - 1e-3)
    const before = (begin - from) / scale
    q -= before
    count += before + (last - end) / scale
    to = Math.min(last, n)
  }
  return to > from && whole > 0 ? { start: snap(q), length: snap(count), whole, from, to } : undefined
}

function placed(info: SourceInfo, window: Rect, output: Size): { window: Rect; whole: Size; box: Rect } | undefined {
  const { x, y, width, height } = window
  if (x >= 0 && y >= 0 && x + width <= info.width && y + height <= info.height) {
    const whole = { width: Math.trunc(Math.max(1, width)), height: Math.trunc(Math.max(1, height)) }
    return { window, whole, box: { x: 0, y: 0, ...output } }
  }
  const h = cover(x, width, output.width, info.width)
  const v = cover(y, height, output.height, info.height)
  if (!h || !v) return undefined
  return {
    window: { x: h.start, y: v.start, width: h.length, height: v.length },
    whole: { width: h.whole, height: v.whole },
    box: { x: h.from, y: v.from, width: h.to - h.from, height: v.to - v.from },
  }
}

function levelRead(
  info: SourceInfo,
  window: Rect,
  whole: Size,
  output: Size,
  method: Resampling,
): { level: number; read: GridRead } {
  const shrinks = output.width < whole.width || output.height < whole.height
  const level = shrinks ? bestLevel(info, info.overviews, whole, output, { nearest: method === 'nearest' }) : 0
  const size = level === 0 ? info : info.overviews[level - 1]
  const fx = info.width / size.width
  const fy = info.height / size.height
  const at = { x: window.x / fx, y: window.y / fy, width: window.width / fx, height: window.height / fy }
  return { level, read: { window: at, size: { width: size.width, height: size.height }, output, method } }
}

/** The rectangle of the level that a read looks at. */
function needed(read: GridRead): Rect {
  const steps = readSteps(read)
  if (steps.kind === 'filter') return steps.region
  const { columns, rows } = steps
  const x = columns[0]
  const y = rows[0]
  return { x, y, width: columns[columns.length - 1] - x + 1, height: rows[rows.length - 1] - y + 1 }
}

/**
 * Pixels of the file under a box of its own CRS, with their fractions. Computed in rasterio's order: where the picture's pixels fall on the
 * borders of the file's, the last digit decides which one nearest takes.
 */
export function windowOf(info: Pick<SourceInfo, 'transform'>, [minX, minY, maxX, maxY]: BBox): Rect {
  const [a, , c, , e, f] = info.transform
  const both = 1 / (a * e)
  const across = e * both
  const down = a * both
  const columns = [minX * across - c * across, maxX * across - c * across].toSorted((p, q) => p - q)
  const rows = [maxY * down - f * down, minY * down - f * down].toSorted((p, q) => p - q)
  return { x: columns[0], y: rows[0], width: columns[1] - columns[0], height: rows[1] - rows[0] }
}

/** A request in the file's own CRS: RasterIO's resampling alone. The window keeps its fractions; rounding noise may make it stick out. */
export function planPlain(info: SourceInfo, request: PartRequest): Pick<PartPlan, 'windows' | 'steps'> {
  const window = request.window ?? windowOf(info, request.bbox)
  const output = { width: request.width, height: request.height }
  const margin = request.padding && !aligned(info, window) ? request.padding : 0
  if (margin > 0) return withMargin(info, request, margin)
  const place = placed(info, window, output)
  const size = { width: info.width, height: info.height }
  const empty: GridRead = {
    window: { x: 0, y: 0, width: 0, height: 0 },
    size,
    output: { width: 0, height: 0 },
    method: 'nearest',
  }
  const nothing: PlainPlan = {
    kind: 'plain',
    box: { x: 0, y: 0, width: 0, height: 0 },
    window: 0,
    read: empty,
    maskWindow: 0,
    maskRead: empty,
    margin: 0,
  }
  if (!place) return { windows: [], steps: nothing }
  const inside = place.window === window
  const target = { width: place.box.width, height: place.box.height }
  const data = levelRead(info, place.window, place.whole, target, request.resampling)
  // Of a window that sticks out the mask is taken nearest, perhaps from another level.
  const mask = inside || !info.hasMask ? data : levelRead(info, place.window, place.whole, target, 'nearest')
  const windows = [{ level: data.level, ...needed(data.read) }]
  if (mask !== data) windows.push({ level: mask.level, ...needed(mask.read) })
  const steps: PlainPlan = {
    kind: 'plain',
    box: place.box,
    window: 0,
    read: data.read,
    maskWindow: windows.length - 1,
    maskRead: mask.read,
    margin: 0,
  }
  return { windows, steps }
}

/** A tile of the file's own grid is not padded: rio-tiler's test, by multiples of 64 pixels. */
function aligned(info: SourceInfo, { x, y, width, height }: Rect): boolean {
  const whole = isAligned(width) || isAligned(height)
  return whole && isAligned(info.width - Math.round(x)) && isAligned(info.height - Math.round(y))
}

function isAligned(pixels: number): boolean {
  return Math.round(pixels) % 64 === 0
}

/** A larger picture, to be cut. */
function withMargin(info: SourceInfo, request: PartRequest, margin: number): Pick<PartPlan, 'windows' | 'steps'> {
  const { bbox, width, height } = grown(request, margin)
  const { windows, steps } = planPlain(info, { ...request, bbox, width, height, padding: 0 })
  return { windows, steps: { ...steps, margin } as PlainPlan }
}
