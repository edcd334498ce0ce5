import type { BlockWindow } from '../cog/cog.ts'
import { freeMemory } from './free-memory.ts'
import { filterPlane } from './filter-plane.ts'
import { readSteps } from './grid-read.ts'
import { gather } from './kernels/nearest.ts'
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
  const blank = () => {
    const initial = initialValue(file.dtype, nodata)
    const plane = samplesOf(file.dtype, size)
    return initial === 0 ? plane : plane.fill(initial)
  }
  const window = windows[steps.window]
  const bandsToRead = plan.bands ?? Array.from({ length: file.bandCount }, (_, i) => i)
  const samples = window && windowSamples(window, bandsToRead, file.dtype)
  const made = new Map<number, Samples>()
  const read = (band: number): Samples => {
    const plane = made.get(band) ?? blank()
    if (!made.has(band) && samples) {
      const mask = bandMask(plan, steps, window, samples, band)
      place(plan, steps, readBand(steps.read, window, samples, band, mask, file.dtype, file.nodata), plane)
    }
    made.set(band, plane)
    return plane
  }
  const bands = plan.output.map(read)
  const alpha = nodata === undefined && alphaBand !== undefined ? read(alphaBand) : undefined
  const written = new Uint8Array(size)
  if (nodata === undefined && !alpha) cover(plan, steps, windows, written)
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
  if (readSteps(steps.read).kind === 'pick') return undefined
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

function readBand(
  read: GridRead,
  window: BlockWindow,
  samples: WindowSamples,
  band: number,
  mask: Uint8Array | undefined,
  dtype: DataType,
  nodata: number | undefined,
): Samples {
  const steps = readSteps(read)
  if (steps.kind === 'filter') {
    const { x, y, region } = steps
    return filterPlane({ samples: compact(samples, band, dtype), mask, region, x, y, method: read.method, dtype, nodata })
  }
  const out = samplesOf(dtype, read.output.width * read.output.height)
  const from = samples.bands[band]
  const index = new Int32Array(steps.columns.length)
  for (const [j, row] of steps.rows.entries()) {
    const at = samples.offset + (row - window.y) * samples.stride - window.x
    for (let i = 0; i < index.length; i++) index[i] = at + steps.columns[i]
    if (from) gather(from, index, index.length, out, j * index.length)
  }
  return out
}

/** Puts what was read into its box of the picture. */
function place({ width }: PartPlan, { box }: PlainPlan, from: Samples, to: Samples): void {
  for (let j = 0; j < box.height; j++) to.set(from.subarray(j * box.width, (j + 1) * box.width), (box.y + j) * width + box.x)
}

/** Pixels that the file covers, and where its mask is not 0. */
function cover(plan: PartPlan, steps: PlainPlan, windows: readonly BlockWindow[], written: Uint8Array): void {
  const { box, maskRead, maskWindow } = steps
  const boxed = new Uint8Array(box.width * box.height).fill(255)
  const window = windows[maskWindow]
  const mask = window && plan.file.hasMask ? windowMask(window) : undefined
  if (mask) {
    const { width, height } = window
    const samples: WindowSamples = { width, height, offset: 0, stride: width, bands: [mask] }
    const read = readBand(maskRead, window, samples, 0, undefined, 'uint8', undefined)
    for (let i = 0; i < boxed.length; i++) boxed[i] = read[i] === 0 ? 0 : opaque('uint8', true)
  }
  place(plan, steps, boxed, written)
}
