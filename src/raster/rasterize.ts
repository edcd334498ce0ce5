/** One polygon, or one line, in pixels of a grid: `rings[i]` is x, y, x, y … of one ring (the outer one and holes alike) or of the line. */
export interface PixelShape {
  readonly kind: 'polygon' | 'line'
  readonly rings: readonly Float64Array[]
}

/** Where to burn: a grid, of which `rows` [first, end) are stored. */
export interface BurnGrid {
  readonly width: number
  readonly height: number
  readonly rows?: readonly [first: number, end: number]
}

interface Target {
  readonly cells: Uint8Array
  readonly width: number
  readonly height: number
  readonly first: number
  readonly end: number
}

/** Edges that lie on the border between pixels, to this part of a pixel, do not touch the next one. GDAL's number, as the other. */
const ON_BORDER = 1e-4
/** Segments that differ by less than this part of a pixel in x or y are upright or level. */
const STRAIGHT = 0.01
/** Least step from row to row along a line. */
const LEAST_STEP = 1e-9

/** 1 in every pixel of the stored rows that a shape touches, else 0, by GDAL's rules for ALL_TOUCHED. */
export function rasterize(shapes: readonly PixelShape[], { width, height, rows = [0, height] }: BurnGrid): Uint8Array {
  const [first, end] = rows
  const target = { cells: new Uint8Array(width * (end - first)), width, height, first, end }
  for (const { kind, rings } of shapes) {
    if (kind === 'polygon') fillPolygon(target, rings)
    for (const ring of rings) {
      for (let at = 2; at + 1 < ring.length; at += 2)
        burnSegment(target, [ring[at - 2], ring[at - 1], ring[at], ring[at + 1]], kind === 'polygon')
    }
  }
  return target.cells
}

function burnSpan({ cells, width, first, end }: Target, y: number, from: number, to: number): void {
  const a = Math.max(0, from)
  const b = Math.min(width - 1, to)
  if (y >= first && y < end && b >= a) cells.fill(1, (y - first) * width + a, (y - first) * width + b + 1)
}

/** Pixels whose centre is inside, by the even-odd rule over all rings. */
function fillPolygon(target: Target, rings: readonly Float64Array[]): void {
  let low = Infinity
  let high = -Infinity
  for (const ring of rings) {
    for (let at = 1; at < ring.length; at += 2) {
      low = Math.min(low, ring[at])
      high = Math.max(high, ring[at])
    }
  }
  const last = Math.min(Math.trunc(high), target.height - 1, target.end - 1)
  for (let y = Math.max(Math.trunc(low), target.first); y <= last; y++) {
    const crossings: number[] = []
    for (const ring of rings) addCrossings(target, ring, y, crossings)
    crossings.sort((a, b) => a - b)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      burnSpan(target, y, Math.floor(crossings[i] + 0.5), Math.floor(crossings[i + 1] + 0.5) - 1)
    }
  }
}

function addCrossings(target: Target, ring: Float64Array, y: number, crossings: number[]): void {
  const centre = y + 0.5
  let x1 = ring[ring.length - 2]
  let y1 = ring[ring.length - 1]
  for (let at = 0; at + 1 < ring.length; at += 2) {
    const x2 = ring[at]
    const y2 = ring[at + 1]
    if (y1 === y2) {
      // Bottom edges are filled by themselves.
      if (y1 === centre && x1 > x2) burnSpan(target, y, Math.floor(x2 + 0.5), Math.floor(x1 + 0.5) - 1)
    } else if (centre >= Math.min(y1, y2) && centre < Math.max(y1, y2)) {
      const up = y1 < y2
      const [ax, ay, bx, by] = up ? [x1, y1, x2, y2] : [x2, y2, x1, y1]
      crossings.push(((centre - ay) * (bx - ax)) / (by - ay) + ax)
    }
    x1 = x2
    y1 = y2
  }
}

type Segment = readonly [x1: number, y1: number, x2: number, y2: number]

/** Every pixel that a segment passes through; of a polygon's edge only where it is not on a border of pixels. */
function burnSegment(target: Target, [ax, ay, bx, by]: Segment, isEdge: boolean): void {
  const { width, height, first, end } = target
  if ((ay < 0 && by < 0) || (ay > height && by > height) || (ax < 0 && bx < 0) || (ax > width && bx > width)) return
  if (Math.max(ay, by) < first - 1 || Math.min(ay, by) > end + 1) return
  const [x1, y1, x2, y2] = ax > bx ? [bx, by, ax, ay] : [ax, ay, bx, by]
  if (Math.floor(x1) === Math.floor(x2) || Math.abs(x1 - x2) < STRAIGHT) {
    if (isEdge && onBorder(x1) && onBorder(x2)) return
    const column = Math.floor(x2)
    if (column < 0 || column >= width) return
    const from = Math.max(0, Math.floor(Math.min(y1, y2)))
    const to = Math.min(height - 1, Math.floor(Math.max(y1, y2) - ON_BORDER))
    for (let y = Math.max(from, first); y <= Math.min(to, end - 1); y++) burnSpan(target, y, column, column)
  } else if (Math.floor(y1) === Math.floor(y2) || Math.abs(y1 - y2) < STRAIGHT) {
    if (isEdge && onBorder(y1) && onBorder(y2)) return
    burnSpan(target, Math.floor(y1), Math.floor(x1), Math.floor(x2 - ON_BORDER))
  } else burnSlope(target, [x1, y1, x2, y2])
}

function onBorder(v: number): boolean {
  return Math.abs(v - Math.round(v)) < ON_BORDER
}

/** From left to right, from pixel to pixel. */
function burnSlope(target: Target, [x1, y1, x2, y2]: Segment): void {
  const { width, height } = target
  const slope = (y2 - y1) / (x2 - x1)
  let x = x1
  let y = y1
  let right = x2
  let far = y2
  if (right > width) {
    far -= (right - width) * slope
    right = width
  }
  if (x < 0) {
    y -= x * slope
    x = 0
  }
  if (far > y) {
    if (y < 0) {
      x -= y / slope
      y = 0
    }
    if (far >= height) right = Math.min(width, right + (far - height) / slope)
  } else {
    if (y >= height) {
      x += (height - y) / slope
      y = height
    }
    if (far < 0) right -= far / slope
  }
  while (x >= 0 && x < right) {
    const row = Math.floor(y)
    const column = Math.floor(x)
    if (row >= 0 && row < height) burnSpan(target, row, column, column)
    const stepX = Math.floor(x + 1) - x
    if (Math.floor(y + stepX * slope) === row) {
      x += stepX
      y += stepX * slope
      continue
    }
    const stepY = slope < 0 ? Math.min(row - y, -LEAST_STEP) : Math.max(row + 1 - y, LEAST_STEP)
    x += stepY / slope
    y += stepY
  }
}
