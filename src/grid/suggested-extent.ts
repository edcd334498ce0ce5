import { apply, invert } from './affine.ts'
import type { BBox } from './bbox.ts'
import type { Point, Transformer } from './transformer.ts'
import type { Grid } from './warped-grid.ts'

/** Source pixels between two points of an edge, at most, and how many steps an edge has. */
const STEP = 50
const MIN_STEPS = 20
const MAX_STEPS = 100
/** Of GDAL's second look at the edges: two points between the corners. */
const BOUNDS_STEPS = 3
/** How often the gap between two points is halved where the target jumps. */
const HALVINGS = 16

/** What GDAL knows of a file's place in another CRS. Target CRS units. */
export interface SuggestedExtent {
  readonly bbox: BBox
  /** From the file's first corner to its last. */
  readonly diagonal: number
}

function grow(box: [number, number, number, number], [x, y]: Point): void {
  box[0] = Math.min(box[0], x)
  box[1] = Math.min(box[1], y)
  box[2] = Math.max(box[2], x)
  box[3] = Math.max(box[3], y)
}

function isPlace([x, y]: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y)
}

/**
 * Extent of a file in another CRS as GDAL's GDALSuggestedWarpOutput2 finds it: along its edges, or, where they do not come back to where
 * they started, over all of it. undefined: too few places that have one there.
 */
export function suggestedExtent(file: Grid, { forward, inverse }: Transformer): SuggestedExtent | undefined {
  const { width, height } = file
  const steps = Math.min(MAX_STEPS, Math.max(MIN_STEPS, Math.trunc(Math.min(width, height) / STEP + 0.5)))
  const toPixel = invert(file.transform)
  const place = (column: number, row: number): Point => forward(...apply(file.transform, column, row))
  const returns = (column: number, row: number): boolean => {
    const there = place(column, row)
    if (!isPlace(there)) return false
    const [x, y] = apply(toPixel, ...inverse(...there))
    return Math.abs(x - column) <= width / steps && Math.abs(y - row) <= height / steps
  }
  const at = Array.from({ length: steps + 1 }, (_, i) => i / steps)
  const edges = at.every(
    (r) => returns(r * width, 0) && returns(r * width, height) && returns(0, r * height) && returns(width, r * height),
  )
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  let good = 0
  for (const r of edges ? [0, 1] : at) good += growRow(box, place, r * height, width, at)
  if (edges) {
    for (const r of at) {
      grow(box, place(0, r * height))
      grow(box, place(width, r * height))
    }
    for (let i = 0; i <= BOUNDS_STEPS; i++) {
      const r = i / BOUNDS_STEPS
      for (const point of [place(r * width, 0), place(r * width, height), place(0, r * height), place(width, r * height)])
        if (isPlace(point)) grow(box, point)
    }
  } else if (good < 10) return undefined
  const first = place(0, 0)
  const last = place(width, height)
  let dx = last[0] - first[0]
  let dy = last[1] - first[1]
  if (!Number.isFinite(dx) || !Number.isFinite(dy) || dx === 0 || dy === 0) {
    dx = box[2] - box[0]
    dy = box[3] - box[1]
  }
  return { bbox: box, diagonal: Math.hypot(dx, dy) }
}

/** Adds the points of one row of the file. Between two of them where x changes sign, or one has no place, the jump is looked for. */
function growRow(
  box: [number, number, number, number],
  place: (column: number, row: number) => Point,
  row: number,
  width: number,
  at: readonly number[],
): number {
  let good = 0
  let before: Point | undefined
  for (const [i, r] of at.entries()) {
    const here = place(r * width, row)
    if (before && (isPlace(before) || isPlace(here))) growAtJump(box, place, row, at[i - 1] * width, r * width, before, here)
    before = here
    if (!isPlace(here)) continue
    good++
    grow(box, here)
  }
  return good
}

function growAtJump(
  box: [number, number, number, number],
  place: (column: number, row: number) => Point,
  row: number,
  from: number,
  to: number,
  start: Point,
  end: Point,
): void {
  let [left, right] = [from, to]
  let [a, b] = [start, end]
  for (let i = 0; i < HALVINGS && (!isPlace(a) || !isPlace(b) || a[0] * b[0] < 0); i++) {
    const middle = (left + right) / 2
    const m = place(middle, row)
    if (!isPlace(m)) {
      if (!isPlace(a)) left = middle
      else if (!isPlace(b)) right = middle
      else return
      continue
    }
    grow(box, m)
    if (!isPlace(a) || a[0] * m[0] < 0) {
      right = middle
      b = m
    } else {
      left = middle
      a = m
    }
  }
}
