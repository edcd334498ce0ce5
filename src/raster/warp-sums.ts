import { QuadArea } from './quad-area.ts'
import { storeRow } from './store.ts'
import { type WarpJob, type WarpTarget, within } from './warp-job.ts'

/**
 * sum: every source pixel goes forward into the target, where its value is shared out by area, so that the total stays. A source pixel that
 * the target's edge of the world tears apart is left out.
 */
export function warpSums(job: WarpJob, target: WarpTarget): void {
  const { chunk, place, toTarget } = job
  const { width, height } = chunk
  const sums = job.bands.map((data, band) =>
    data && target.bandIndices.includes(band) ? new Float64Array(width * height) : undefined,
  )
  const found = new Uint8Array(width * height)
  const columns = place.width + 1
  let upperX = new Float64Array(columns)
  let upperY = new Float64Array(columns)
  let lowerX = new Float64Array(columns)
  let lowerY = new Float64Array(columns)
  toTarget.row(place.x, place.y, columns, lowerX, lowerY)
  const quad = new QuadArea()
  const { corners } = quad
  for (let row = 0; row < place.height; row++) {
    ;[upperX, lowerX] = [lowerX, upperX]
    ;[upperY, lowerY] = [lowerY, upperY]
    toTarget.row(place.x, place.y + row + 1, columns, lowerX, lowerY)
    for (let column = 0; column < place.width; column++) {
      if (job.window.valid?.[row * place.width + column] === 0) continue
      corners[0] = upperX[column] - chunk.x
      corners[1] = upperY[column] - chunk.y
      corners[2] = upperX[column + 1] - chunk.x
      corners[3] = upperY[column + 1] - chunk.y
      corners[4] = lowerX[column + 1] - chunk.x
      corners[5] = lowerY[column + 1] - chunk.y
      corners[6] = lowerX[column] - chunk.x
      corners[7] = lowerY[column] - chunk.y
      if (!isTorn(corners, job)) share(job, quad, row, column, sums, found)
    }
  }
  write(job, target, sums, found)
}

/** Both upper and lower edge are far longer than a source pixel is in the target. */
function isTorn(corners: Float64Array, { window }: WarpJob): boolean {
  const far = 2 * Math.max(1, window.scaleX)
  const top = corners[2] - corners[0]
  const bottom = corners[4] - corners[6]
  return Math.abs(top) > 4 * far && Math.abs(bottom) > 4 * far
}

/** Adds one source pixel to the target pixels that it covers. */
function share(
  { chunk, window, bands }: WarpJob,
  quad: QuadArea,
  row: number,
  column: number,
  sums: readonly (Float64Array | undefined)[],
  found: Uint8Array,
): void {
  const c = quad.corners
  const minX = Math.floor(Math.min(c[0], c[2], c[4], c[6]))
  const maxX = Math.ceil(Math.max(c[0], c[2], c[4], c[6]))
  const minY = Math.floor(Math.min(c[1], c[3], c[5], c[7]))
  const maxY = Math.ceil(Math.max(c[1], c[3], c[5], c[7]))
  // Written so that a corner without a place (NaN) fails.
  if (!(minX < chunk.width && maxX > 0 && minY < chunk.height && maxY > 0)) return
  const inOne = maxX - minX <= 1 && maxY - minY <= 1
  const area = inOne ? 1 : quad.whole()
  const sample = window.offset + row * window.stride + column
  for (let y = Math.max(0, minY); y < Math.min(chunk.height, maxY); y++) {
    for (let x = Math.max(0, minX); x < Math.min(chunk.width, maxX); x++) {
      const part = inOne ? 1 : quad.inCell(x, y) / area
      if (!(part > 0)) continue
      const at = y * chunk.width + x
      found[at] = 1
      for (let b = 0; b < sums.length; b++) {
        const sum = sums[b]
        const data = bands[b]
        if (sum && data) sum[at] += data[sample] * part
      }
    }
  }
}

function write(
  { chunk, store, initial }: WarpJob,
  target: WarpTarget,
  sums: readonly (Float64Array | undefined)[],
  found: Uint8Array,
): void {
  const [i0, i1] = within(target.columns, chunk.x, chunk.width)
  const [j0, j1] = within(target.rows, chunk.y, chunk.height)
  const n = i1 - i0
  const values = new Float64Array(n)
  const good = new Uint8Array(n)
  for (let j = j0; j < j1; j++) {
    const at = j * target.columns.length + i0
    const start = (target.rows[j] - chunk.y) * chunk.width - chunk.x
    for (let i = 0; i < n; i++) {
      good[i] = found[start + target.columns[i0 + i]]
      if (good[i] === 1) target.written[at + i] = 255
    }
    for (const [b, band] of target.bandIndices.entries()) {
      const sum = sums[band]
      if (!sum) continue
      for (let i = 0; i < n; i++) values[i] = sum[start + target.columns[i0 + i]]
      storeRow(values, good, n, store, initial, target.planes[b], at)
    }
  }
}
