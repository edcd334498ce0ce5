import type { BlockWindow } from '../cog/cog.ts'
import { freeMemory } from './free-memory.ts'
import { filterPlane } from './filter-plane.ts'
import { type ReadSteps, readSteps } from './grid-read.ts'
import { gatherAll, raw } from './kernels/nearest.ts'
import { cropped } from './cropped.ts'
import { opaque, partMasks } from './part-masks.ts'
import type { GridRead, PartPlan, PlainPlan, WarpedPart } from './part-plan.ts'
import { type DataType, type Samples, samplesOf } from './raster.ts'
import { initialValue } from './store.ts'
import { maskOfAlpha } from './validity.ts'
import { type WindowSamples, windowMask, windowSamples } from './window-samples.ts'

/** A picture in the file's own CRS: no warp, RasterIO's resampling alone. */
export function readPlain(plan: PartPlan, steps: PlainPlan, windows: readonly BlockWindow[]): WarpedPart {
  const { file, nodata } = plan
  const { alphaBand } = file
  const size = plan.width * plan.height
  const window = windows[steps.window]
  const bandsToRead = plan.bands ?? Array.from({ length: file.bandCount }, (_, i) => i)
  const samples = window && windowSamples(window, bandsToRead, file.dtype)
  const how = readSteps(steps.read)
  const made = new Map<number, Samples>()
  const read = (band: number): Samples => {
    const known = made.get(band)
    if (known) return known
    const initial = initialValue(file.dtype, nodata)
    const mask = samples && how.kind === 'filter' ? bandMask(plan, steps, window, samples, band) : undefined
    const values = samples && readBand(steps.read, how, { samples, window, band, mask }, file)
    const plane = values ? placed(plan, steps, values, initial) : samplesOf(file.dtype, size).fill(initial)
    made.set(band, plane)
    return plane
  }
  const bands = plan.output.map(read)
  const alpha = nodata === undefined && alphaBand !== undefined ? read(alphaBand) : undefined
  const written = nodata === undefined && !alpha ? covered(plan, steps, windows) : new Uint8Array(size)
  const part = { width: plan.width, height: plan.height, bands, masks: partMasks(plan, bands, alpha, written), alpha }
  if (samples?.joined) for (const band of samples.bands) if (band) freeMemory(band)
  return steps.margin > 0 ? cropped(part, steps.margin) : part
}

/** What RasterIO takes for the band's mask while it resamples; covers the window. The request's nodata does not count here. */
function bandMask(
  plan: PartPlan,
  steps: PlainPlan,
  window: BlockWindow,
  samples: WindowSamples,
  band: number,
): Uint8Array | undefined {
  const { file } = plan
  if (file.nodata !== undefined) {
    const values = compact(samples, band, file.dtype)
    const nodata = file.dtype === 'float32' ? Math.fround(file.nodata) : file.nodata
    return Uint8Array.from({ length: values.length }, (_, i) =>
      values[i] === nodata || (nodata !== nodata && values[i] !== values[i]) ? 0 : 255,
    )
  }
  if (file.alphaBand !== undefined) {
    return file.alphaBand === band ? undefined : maskOfAlpha(file.bandCount, compact(samples, file.alphaBand, file.dtype))
  }
  return file.hasMask && plan.mask && steps.maskWindow === steps.window ? windowMask(window) : undefined
}

/** The samples of one band alone, stride = the window's width. */
function compact(samples: WindowSamples, band: number, dtype: DataType): Samples {
  const { width, height, offset, stride } = samples
  const from = samples.bands[band]
  if (!from) return samplesOf(dtype, width * height)
  if (offset === 0 && stride === width) return from
  const out = samplesOf(dtype, width * height)
  for (let y = 0; y < height; y++) out.set(from.subarray(offset + y * stride, offset + y * stride + width), y * width)
  return out
}

interface BandSamples {
  readonly samples: WindowSamples
  readonly window: BlockWindow
  readonly band: number
  readonly mask?: Uint8Array
}

function readBand(
  read: GridRead,
  steps: ReadSteps,
  { samples, window, band, mask }: BandSamples,
  { dtype, nodata }: Pick<PartPlan['file'], 'dtype' | 'nodata'>,
): Samples {
  if (steps.kind === 'filter') {
    const { x, y, region } = steps
    return filterPlane({ samples: compact(samples, band, dtype), mask, region, x, y, method: read.method, dtype, nodata })
  }
  const out = samplesOf(dtype, read.output.width * read.output.height)
  const from = samples.bands[band]
  if (from) pick(raw(from), { samples, window, ...steps }, raw(out))
  return out
}

interface Picked extends Pick<BandSamples, 'samples' | 'window'> {
  readonly columns: Int32Array
  readonly rows: Int32Array
}

/** Samples by row and column; both arrays are of one type. */
function pick(from: Samples, { samples, window, columns, rows }: Picked, out: Samples): void {
  const n = columns.length
  const isRun = areConsecutive(columns)
  const index = new Int32Array(n)
  for (let j = 0, to = 0; j < rows.length; j++, to += n) {
    const at = samples.offset + (rows[j] - window.y) * samples.stride - window.x
    if (j > 0 && rows[j] === rows[j - 1]) out.copyWithin(to, to - n, to)
    else if (isRun) out.set(from.subarray(at + columns[0], at + columns[0] + n), to)
    else {
      for (let i = 0; i < n; i++) index[i] = at + columns[i]
      gatherAll(from, index, n, out, to)
    }
  }
}

/** Each: where the last ones are repeated at the level's edge, others may be left out, and the ends alone say nothing. */
function areConsecutive(columns: Int32Array): boolean {
  for (let i = 1; i < columns.length; i++) if (columns[i] !== columns[i - 1] + 1) return false
  return true
}

/** What was read in its box of the picture, with `initial` around it: the same array where there is nothing around. */
function placed<S extends Samples>({ width, height }: PartPlan, { box }: PlainPlan, from: S, initial: number): S {
  if (box.width === width && box.height === height) return from
  const to = new (from.constructor as new (length: number) => S)(width * height)
  if (initial !== 0) to.fill(initial)
  for (let j = 0; j < box.height; j++) to.set(from.subarray(j * box.width, (j + 1) * box.width), (box.y + j) * width + box.x)
  freeMemory(from)
  return to
}

/** Pixels that the file covers, and where its mask is not 0. */
function covered(plan: PartPlan, steps: PlainPlan, windows: readonly BlockWindow[]): Uint8Array {
  const { box, maskRead, maskWindow } = steps
  const boxed = new Uint8Array(box.width * box.height).fill(255)
  const window = windows[maskWindow]
  const mask = window && plan.file.hasMask ? windowMask(window) : undefined
  if (mask) {
    const { width, height } = window
    const samples: WindowSamples = { width, height, offset: 0, stride: width, bands: [mask] }
    const read = readBand(maskRead, readSteps(maskRead), { samples, window, band: 0 }, { dtype: 'uint8' })
    for (let i = 0; i < boxed.length; i++) boxed[i] = read[i] === 0 ? 0 : opaque('uint8', true)
  }
  return placed(plan, steps, boxed, 0)
}
