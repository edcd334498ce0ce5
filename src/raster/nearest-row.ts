import type { KernelWindow } from './kernels/kernel.ts'
import { gather, gatherAll, raw } from './kernels/nearest.ts'
import type { DataType, Samples } from './raster.ts'
import type { WarpJob, WarpTarget } from './warp-job.ts'

/** Types for which nearest writes a sample that equals nodata as it is, unless it is half transparent. */
const FAST_TYPES: ReadonlySet<DataType> = new Set<DataType>(['uint8', 'int16', 'uint16', 'float32'])

/**
 * Finds the sample under each place of a row that lies in the window from end to end, -1 where that is not valid, and returns how many
 * are. undefined: a place is on the window's edge or outside, where there is more to say.
 */
export function samplesInside(
  { place, window }: WarpJob,
  n: number,
  x: Float64Array,
  y: Float64Array,
  index: Int32Array,
): number | undefined {
  const { width, height, offset, stride, valid } = window
  const left = place.x
  const top = place.y
  const right = left + width - 1e-9
  const bottom = top + height - 1e-9
  const last = n - 1
  if (!(x[0] >= left && x[last] >= left && x[0] < right && x[last] < right)) return undefined
  const first = offset - top * stride - left
  const firstValid = -top * width - left
  let count = 0
  for (let i = 0; i < n; i++) {
    const px = x[i]
    const py = y[i]
    if (!(px >= left && py >= top && px < right && py < bottom)) return undefined
    // Truncated: places are inside, so they are small and not negative.
    const column = (px + 1e-10) | 0
    const line = (py + 1e-10) | 0
    const there = valid === undefined || valid[firstValid + line * width + column] !== 0
    index[i] = there ? first + line * stride + column : -1
    count += there ? 1 : 0
  }
  return count
}

/** A band to copy samples of: as bits, where both arrays are of one type. */
export interface Copy {
  readonly from: Samples
  readonly to: Samples
  readonly plane: Samples
}

export function copiesOf({ bands }: WarpJob, { bandIndices, planes }: WarpTarget): Copy[] {
  return bandIndices.flatMap((band, b) => {
    const from = bands[band]
    const plane = planes[b]
    if (!from) return []
    return [from.constructor === plane.constructor ? { from: raw(from), to: raw(plane), plane } : { from, to: plane, plane }]
  })
}

/** Copies the samples of a row, band by band; `all`: no index is negative. */
export function nearestRow(job: WarpJob, copies: readonly Copy[], at: number, n: number, index: Int32Array, all: boolean): void {
  const { kernel, dtype, store, window } = job
  const always = kernel !== 'nearest' || !FAST_TYPES.has(dtype)
  const avoid = store.nodata !== undefined && (always || window.density !== undefined)
  if (all && !avoid && threeBytes(copies, index, n, at)) return
  for (const { from, to, plane } of copies) {
    if (all) gatherAll(from, index, n, to, at)
    else gather(from, index, n, to, at)
    if (!avoid) continue
    for (let i = 0; i < n; i++) {
      if (index[i] >= 0 && plane[at + i] === store.nodata && (always || densityAt(window, index[i]) < 1))
        plane[at + i] = store.instead
    }
  }
}

function densityAt({ density, width, offset, stride }: KernelWindow, index: number): number {
  const at = index - offset
  return density ? density[Math.floor(at / stride) * width + (at % stride)] : 1
}

/** Three bands of bytes in one way through the indices; false: they are something else. */
function threeBytes(copies: readonly Copy[], index: Int32Array, n: number, at: number): boolean {
  if (copies.length !== 3) return false
  const [a, b, c] = copies
  if (!(a.from instanceof Uint8Array && b.from instanceof Uint8Array && c.from instanceof Uint8Array)) return false
  if (!(a.to instanceof Uint8Array && b.to instanceof Uint8Array && c.to instanceof Uint8Array)) return false
  copyThree(a.from, b.from, c.from, index, n, a.to, b.to, c.to, at)
  return true
}

function copyThree(
  a: Uint8Array,
  b: Uint8Array,
  c: Uint8Array,
  index: Int32Array,
  n: number,
  toA: Uint8Array,
  toB: Uint8Array,
  toC: Uint8Array,
  at: number,
): void {
  for (let i = 0; i < n; i++) {
    const sample = index[i]
    toA[at + i] = a[sample]
    toB[at + i] = b[sample]
    toC[at + i] = c[sample]
  }
}
