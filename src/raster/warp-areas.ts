import { areaRow } from './kernels/area.ts'
import { isAreaKernel } from './kernels/registry.ts'
import { newSpans, setSpan } from './kernels/spans.ts'
import { storeRow } from './store.ts'
import { type WarpJob, type WarpTarget, within } from './warp-job.ts'

/** Area kernels: both corners of each target pixel are looked up, and what lies between is put together. */
export function warpAreas(job: WarpJob, target: WarpTarget): void {
  const { chunk, window, place, kernel } = job
  if (!isAreaKernel(kernel)) return
  const [i0, i1] = within(target.columns, chunk.x, chunk.width)
  const [j0, j1] = within(target.rows, chunk.y, chunk.height)
  const n = i1 - i0
  const ax = new Float64Array(chunk.width)
  const ay = new Float64Array(chunk.width)
  const bx = new Float64Array(chunk.width)
  const by = new Float64Array(chunk.width)
  const spans = newSpans(n)
  const good = new Uint8Array(n)
  const found = new Uint8Array(n)
  const values = new Float64Array(n)
  const marginX = 2 * Math.max(1, Math.ceil(1 / window.scaleX))
  const marginY = 2 * Math.max(1, Math.ceil(1 / window.scaleY))
  const near = (px: number, py: number) =>
    px >= -marginX && py >= -marginY && px - window.width <= marginX && py - window.height <= marginY
  for (let j = j0; j < j1; j++) {
    const row = target.rows[j]
    job.transform.row(chunk.x, row, chunk.width, ax, ay)
    job.transform.row(chunk.x + 1, row + 1, chunk.width, bx, by)
    for (let i = 0; i < n; i++) {
      const k = target.columns[i0 + i] - chunk.x
      const px = ax[k] - place.x
      const py = ay[k] - place.y
      const qx = bx[k] - place.x
      const qy = by[k] - place.y
      const hit =
        near(px, py) &&
        near(qx, qy) &&
        setSpan(Math.min(px, qx), Math.max(px, qx), window.width, i, spans.x0, spans.x1, spans.left, spans.right) &&
        setSpan(Math.min(py, qy), Math.max(py, qy), window.height, i, spans.y0, spans.y1, spans.top, spans.bottom)
      good[i] = hit ? 1 : 0
    }
    const at = j * target.columns.length + i0
    for (const [b, band] of target.bandIndices.entries()) {
      const data = job.bands[band]
      if (!data) continue
      found.set(good)
      areaRow(kernel, window, job.dtype, data, spans, n, values, found)
      storeRow(values, found, n, job.store, job.initial, target.planes[b], at)
      for (let i = 0; i < n; i++) if (found[i] === 1) target.written[at + i] = 255
    }
  }
}
