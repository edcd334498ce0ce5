import type { GridRead, Resampling } from './part-plan.ts'
import type { Rect } from './source-window.ts'

/** Samples on each side that a kernel sees at scale 1. Methods that are not here take whole pixels. */
export const KERNEL_RADIUS: Readonly<Record<string, number>> = {
  nearest: 0,
  bilinear: 1,
  cubic: 2,
  cubic_spline: 2,
  lanczos: 3,
  gauss: 1,
}

/** Source samples are taken in squares of at most so many, as GDAL does: taps outside of one do not exist. */
const MAX_SAMPLES = 1024 * 1024

/** One axis of a resampled read: output pixel i looks at (first + i + 0.5) * ratio + delta, counted from source pixel `base`. */
export interface AxisRead {
  readonly ratio: number
  readonly delta: number
  readonly first: number
  readonly base: number
  readonly chunks: readonly {
    readonly output: number
    readonly count: number
    readonly source: number
    readonly sources: number
  }[]
}

export type ReadSteps =
  /** `columns[i]`, `rows[j]`: the grid's pixel of each output pixel. */
  | { readonly kind: 'pick'; readonly columns: Int32Array; readonly rows: Int32Array }
  | { readonly kind: 'filter'; readonly x: AxisRead; readonly y: AxisRead; readonly region: Rect }

function range(start: number, n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => start + i)
}

function nearestIndex(offset: number, size: number, n: number, limit: number): Int32Array {
  const ratio = size / n
  const index = new Int32Array(n)
  for (let i = 0; i < n; i++) index[i] = Math.trunc(Math.max(0, Math.min(limit - 1, (i + 0.5) * ratio + offset + 1e-10)))
  return index
}

/** Which pixels of the grid a read needs and how they fall on the output: RasterIO's rules. */
export function readSteps(read: GridRead): ReadSteps {
  const { window: w, output, size, method } = read
  const ix = Math.trunc(w.x)
  const iy = Math.trunc(w.y)
  const iw = Math.trunc(Math.max(1, w.width))
  const ih = Math.trunc(Math.max(1, w.height))
  if (iw === output.width && ih === output.height && w.x === ix && w.y === iy && w.width === iw && w.height === ih) {
    return { kind: 'pick', columns: range(ix, iw), rows: range(iy, ih) }
  }
  if (method === 'nearest') {
    const columns = nearestIndex(w.x, w.width, output.width, size.width)
    return { kind: 'pick', columns, rows: nearestIndex(w.y, w.height, output.height, size.height) }
  }
  const [stepX, stepY] = chunkSize(read)
  const x = axisRead(w.x, w.width, output.width, size.width, stepX, method)
  const y = axisRead(w.y, w.height, output.height, size.height, stepY, method)
  const [x0, x1] = covered(x)
  const [y0, y1] = covered(y)
  return { kind: 'filter', x, y, region: { x: x0, y: y0, width: x1 - x0, height: y1 - y0 } }
}

function covered(axis: AxisRead): [number, number] {
  return [Math.min(...axis.chunks.map((c) => c.source)), Math.max(...axis.chunks.map((c) => c.source + c.sources))]
}

function chunkSize({ window, output, size }: GridRead): [number, number] {
  let width = output.width
  let height = output.height
  for (;;) {
    const sourceWidth = Math.min(size.width, 3 + Math.trunc((width * window.width) / output.width))
    const sourceHeight = Math.min(size.height, 3 + Math.trunc((height * window.height) / output.height))
    if ((width === 1 && height === 1) || sourceWidth * sourceHeight <= MAX_SAMPLES) return [width, height]
    if (width > 1 && (sourceWidth > sourceHeight || height === 1)) width >>= 1
    else height >>= 1
  }
}

function axisRead(start: number, length: number, n: number, size: number, step: number, method: Resampling): AxisRead {
  const ratio = length / n
  const whole = Math.trunc(start)
  // An offset of a whole number of output pixels: they are counted from the grid's origin.
  const steps = start / ratio
  const aligned = Math.abs(steps - Math.trunc(steps + 0.5)) < 1e-8
  const margin = (KERNEL_RADIUS[method] ?? 0) * Math.max(1, Math.trunc(0.5 + ratio))
  const chunks = []
  for (let output = 0; output < n; output += step) {
    const count = Math.min(step, n - output)
    const a = whole + Math.trunc(output * ratio)
    const end = Math.min(size, whole + 1 + Math.ceil((output + count) * ratio))
    const low = a - margin
    const source = Math.max(0, low)
    chunks.push({ output, count, source, sources: Math.min(end - a + 2 * margin + Math.min(0, low), size - source) })
  }
  return {
    ratio,
    delta: aligned ? 0 : start - whole,
    first: aligned ? Math.trunc(steps + 0.5) : 0,
    base: aligned ? 0 : whole,
    chunks,
  }
}
