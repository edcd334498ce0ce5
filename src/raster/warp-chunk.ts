import type { RowKernel, Three } from './kernels/kernel.ts'
import { isAreaKernel, pointKernel } from './kernels/registry.ts'
import { copiesOf, nearestRow, samplesInside } from './nearest-row.ts'
import { placesInside } from './places-inside.ts'
import { type Samples, isFloat } from './raster.ts'
import { storeRow } from './store.ts'
import { warpAreas } from './warp-areas.ts'
import { warpSums } from './warp-sums.ts'
import { type WarpJob, type WarpTarget, within } from './warp-job.ts'

/** Warps one chunk into the target: row by row, every band by the same places. */
export function warpChunk(job: WarpJob, target: WarpTarget): void {
  if (isAreaKernel(job.kernel)) {
    warpAreas(job, target)
    return
  }
  if (job.kernel === 'sum') {
    warpSums(job, target)
    return
  }
  const { chunk, window } = job
  const [i0, i1] = within(target.columns, chunk.x, chunk.width)
  const [j0, j1] = within(target.rows, chunk.y, chunk.height)
  const n = i1 - i0
  const dense = n === chunk.width && target.columns[i0] === chunk.x && target.columns[i1 - 1] === chunk.x + chunk.width - 1
  const rowX = new Float64Array(chunk.width)
  const rowY = new Float64Array(chunk.width)
  const x = dense ? rowX : new Float64Array(n)
  const y = dense ? rowY : new Float64Array(n)
  const index = new Int32Array(n)
  const good = new Uint8Array(n)
  const values = [new Float64Array(n), new Float64Array(n), new Float64Array(n)] as const
  const single = window.width === 1 || window.height === 1
  const kernel = job.kernel === 'nearest' || single ? undefined : pointKernel(job.kernel, window, n, !isFloat(job.dtype))
  const copies = kernel ? [] : copiesOf(job, target)
  const bands = kernel ? kernelBands(job, target) : []
  for (let j = j0; j < j1; j++) {
    const row = target.rows[j]
    job.transform.row(chunk.x + 0.5, row + 0.5, chunk.width, rowX, rowY)
    if (!dense) {
      for (let i = 0; i < n; i++) {
        const k = target.columns[i0 + i] - chunk.x
        x[i] = rowX[k]
        y[i] = rowY[k]
      }
    }
    const inside = kernel ? placesInside(job, n, x, y, good) : samplesInside(job, n, x, y, index)
    const found = inside ?? locate(job, target, i0, row, n, x, y, index, good)
    if (found === 0) continue
    const at = j * target.columns.length + i0
    if (kernel) kernelRow(kernel, job, bands, at, n, x, y, good, values)
    else nearestRow(job, copies, at, n, index, found === n)
    if (kernel) markGood(good, n, target.written, at)
    else if (found === n) target.written.fill(255, at, at + n)
    else markFound(index, n, target.written, at)
  }
}

/**
 * Turns places into window coordinates, finds the sample under each, and sets `good` where there is a valid one.
 * A place just outside the window is tried again exactly. Returns how many are good.
 */
function locate(
  job: WarpJob,
  target: WarpTarget,
  i0: number,
  row: number,
  n: number,
  x: Float64Array,
  y: Float64Array,
  index: Int32Array,
  good: Uint8Array,
): number {
  const { place, window } = job
  const { width, height, offset, stride, valid } = window
  const left = place.x
  const top = place.y
  const right = left + width
  const bottom = top + height
  let count = 0
  for (let i = 0; i < n; i++) {
    let px = x[i]
    let py = y[i]
    if (!(px >= left && py >= top && px + 1e-10 <= right && py + 1e-10 <= bottom)) {
      good[i] = 0
      index[i] = -1
      // The first limit that is broken decides whether the point is near enough for another try.
      const again =
        px < left
          ? px > left - 1
          : py < top
            ? py > top - 1
            : px + 1e-10 > right
              ? px < right + 1
              : py + 1e-10 > bottom && py < bottom + 1
      if (!again) continue
      const exact = job.transform.exact(target.columns[i0 + i] + 0.5, row + 0.5)
      px = exact[0]
      py = exact[1]
      if (!(px >= left && py >= top && px + 1e-10 <= right && py + 1e-10 <= bottom)) continue
    }
    // Truncated: places are inside, so they are small and not negative.
    let column = ((px + 1e-10) | 0) - left
    let line = ((py + 1e-10) | 0) - top
    if (column === width) column--
    if (line === height) line--
    if (valid !== undefined && valid[line * width + column] === 0) {
      good[i] = 0
      index[i] = -1
      continue
    }
    x[i] = px - left
    y[i] = py - top
    index[i] = offset + line * stride + column
    good[i] = 1
    count++
  }
  return count
}

function markFound(index: Int32Array, n: number, written: Uint8Array, at: number): void {
  for (let i = 0; i < n; i++) if (index[i] >= 0) written[at + i] = 255
}

function markGood(good: Uint8Array, n: number, written: Uint8Array, at: number): void {
  for (let i = 0; i < n; i++) if (good[i] === 1) written[at + i] = 255
}

/** A band that a kernel reads, and where its values go. */
interface KernelBand {
  readonly data: Samples
  readonly plane: Samples
}

function kernelBands({ bands }: WarpJob, { bandIndices, planes }: WarpTarget): KernelBand[] {
  return bandIndices.flatMap((band, b) => {
    const data = bands[band]
    return data ? [{ data, plane: planes[b] }] : []
  })
}

function kernelRow(
  kernel: RowKernel,
  { store, initial }: WarpJob,
  bands: readonly KernelBand[],
  at: number,
  n: number,
  x: Float64Array,
  y: Float64Array,
  good: Uint8Array,
  values: Three<Float64Array>,
): void {
  kernel.prepare(n, x, y, good)
  const all = !good.includes(0)
  if (bands.length === 3 && kernel.applyThree) {
    const [{ data: a }, { data: b }, { data: c }] = bands
    kernel.applyThree([a, b, c], values)
    for (const [k, { plane }] of bands.entries()) storeRow(values[k], all ? undefined : good, n, store, initial, plane, at)
    return
  }
  for (const { data, plane } of bands) {
    kernel.apply(data, values[0], good)
    storeRow(values[0], all ? undefined : good, n, store, initial, plane, at)
  }
}
