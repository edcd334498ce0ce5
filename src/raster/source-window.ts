import type { Size } from '../grid/level.ts'
import type { Place } from '../grid/transformer.ts'
import type { PixelTransform } from './pixel-transform.ts'

/** A rectangle of pixels. */
export interface Rect extends Size {
  readonly x: number
  readonly y: number
}

/** Pixels of a level that a chunk of the target needs; `extra`: how many of its columns and rows are margin. */
export interface SourceWindow extends Rect {
  readonly extraX: number
  readonly extraY: number
}

interface Extent {
  minX: number
  minY: number
  maxX: number
  maxY: number
  good: number
  failed: number
  readonly place: Place
}

function probe(e: Extent, t: PixelTransform, x: number, y: number): void {
  const { place } = e
  place.x = x
  place.y = y
  t.move(place)
  const { x: px, y: py } = place
  if (!Number.isFinite(px) || !Number.isFinite(py)) {
    e.failed++
    return
  }
  e.good++
  e.minX = Math.min(e.minX, px)
  e.maxX = Math.max(e.maxX, px)
  e.minY = Math.min(e.minY, py)
  e.maxY = Math.max(e.maxY, py)
}

function extentOf(t: PixelTransform, chunk: Rect): Extent | undefined {
  const none = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  const e: Extent = { ...none, good: 0, failed: 0, place: { x: 0, y: 0 } }
  const { x, y, width, height } = chunk
  for (let i = 0; i <= 20; i++) {
    const px = (i / 20) * width + x
    const py = (i / 20) * height + y
    probe(e, t, px, y)
    probe(e, t, px, height + y)
    probe(e, t, x, py)
    probe(e, t, width + x, py)
  }
  if (e.failed === 0 && !t.hasPole(x, y, width, height)) return e
  // Where an edge has no place in the source, or does not bound it, the inside is looked at too.
  const steps = [0.5 / width, ...Array.from({ length: 21 }, (_, i) => i / 20), 1 - 0.5 / width]
  for (const sy of steps) for (const sx of steps) probe(e, t, sx * width + x, sy * height + y)
  return e.good < 5 ? undefined : e
}

function snap(v: number): number {
  const r = Math.round(v)
  return Math.abs(r - v) < 1e-6 ? r : v
}

function axis(lo: number, hi: number, size: number, radius: number): [offset: number, count: number, extra: number] {
  const start = Math.trunc(Math.max(0, lo))
  const end = Math.trunc(Math.min(Math.ceil(hi), size))
  const raw = Math.max(0, Math.min(size - start, hi - lo))
  if (end - start > 0.9 * size) return [0, size, size - raw]
  const offset = Math.max(0, Math.min(start - radius, size))
  const count = Math.max(0, Math.min(size - offset, end - offset + radius))
  return [offset, count, count - raw]
}

function reach(lo: number, hi: number, target: number, radius: number, failed: boolean): number {
  const scale = hi > lo ? Math.max(1e-3, target / (hi - lo)) : 1e9
  return (scale < 0.95 ? Math.ceil(radius / scale) : radius) + (failed ? 10 : 0)
}

/** undefined: the chunk does not touch the level. `radius`: the kernel's, in source pixels at scale 1. */
export function sourceWindow(t: PixelTransform, chunk: Rect, level: Size, radius: number): SourceWindow | undefined {
  const e = extentOf(t, chunk)
  if (!e) return undefined
  const x0 = snap(e.minX)
  const x1 = snap(e.maxX)
  const y0 = snap(e.minY)
  const y1 = snap(e.maxY)
  if (x0 > level.width || x1 < 0 || y0 > level.height || y1 < 0) return undefined
  const failed = e.failed > 0
  const [x, width, extraX] = axis(x0, x1, level.width, reach(x0, x1, chunk.width, radius, failed))
  const [y, height, extraY] = axis(y0, y1, level.height, reach(y0, y1, chunk.height, radius, failed))
  return width > 0 && height > 0 ? { x, y, width, height, extraX, extraY } : undefined
}

/** Target pixels a source pixel along one axis of a chunk; within 0.05 of 1/n it is 1/n. */
export function kernelScale(target: number, source: number, extra: number): number {
  if (target <= source && source <= target + extra) return 1
  const scale = source - extra ? target / (source - extra) : Infinity
  if (scale >= 1) return scale
  const n = Math.trunc(1 / scale + 0.5)
  return Math.abs(1 / scale - n) < 0.05 ? 1 / n : scale
}
