import type { BlockWindow } from '../cog/cog.ts'
import { filterPlane } from './filter-plane.ts'
import { freeMemory } from './free-memory.ts'
import { type ReadSteps, readSteps } from './grid-read.ts'
import { areaType, pointType } from './kernels/kernel.ts'
import { isAreaKernel } from './kernels/registry.ts'
import { opaque, partMasks } from './part-masks.ts'
import { PixelTransform } from './pixel-transform.ts'
import type { PartPlan, Reprojection, WarpPlan, WarpedPart } from './part-plan.ts'
import { readPlain } from './read-plain.ts'
import { type DataType, type Samples, samplesOf } from './raster.ts'
import { initialValue, warpStore } from './store.ts'
import { applyValues } from './values.ts'
import { comparable, isNodata, maskOfAlpha, ulps, windowValidity } from './validity.ts'
import { warpChunk } from './warp-chunk.ts'
import type { WarpTarget } from './warp-job.ts'
import { windowMask, windowSamples } from './window-samples.ts'

/** Pixels of a plan from the blocks that it asked for; `windows[i]` belongs to `plan.windows[i]`. */
export function warpPart(plan: PartPlan, windows: readonly BlockWindow[]): WarpedPart {
  const part = plan.steps.kind === 'plain' ? readPlain(plan, plan.steps, windows) : warp(plan, plan.steps, windows)
  return plan.values ? applyValues(part, plan.file.dtype, plan.values) : part
}

function warp(plan: PartPlan, steps: WarpPlan, windows: readonly BlockWindow[]): WarpedPart {
  const { alphaBand } = plan.file
  const alphaWanted = plan.nodata === undefined && alphaBand !== undefined
  const bandIndices = [...new Set([...plan.output, ...(alphaWanted ? [alphaBand] : [])])]
  const read = readSteps(steps.read)
  const target = newTarget(plan, read, bandIndices)
  warpChunks(plan, steps, windows, target)
  return read.kind === 'pick' ? picked(plan, target) : filtered(plan, steps, read, target)
}

function newTarget(plan: PartPlan, read: ReadSteps, bandIndices: readonly number[]): WarpTarget {
  const columns = read.kind === 'pick' ? read.columns : range(read.region.x, read.region.width)
  const rows = read.kind === 'pick' ? read.rows : range(read.region.y, read.region.height)
  const initial = initialValue(plan.file.dtype, plan.nodata)
  const length = columns.length * rows.length
  const planes = bandIndices.map(() => {
    const plane = samplesOf(plan.file.dtype, length)
    return initial === 0 ? plane : plane.fill(initial)
  })
  return { columns, rows, bandIndices, planes, written: new Uint8Array(length) }
}

function range(start: number, n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => start + i)
}

function warpChunks(plan: PartPlan, steps: WarpPlan, windows: readonly BlockWindow[], target: WarpTarget): void {
  const { file, nodata } = plan
  const transform = new PixelTransform(steps.grid.transform, steps.targetCrs, steps.levelTransform, steps.sourceCrs)
  const toTarget = new PixelTransform(steps.levelTransform, steps.sourceCrs, steps.grid.transform, steps.targetCrs)
  const store = warpStore(file.dtype, nodata)
  const initial = initialValue(file.dtype, nodata)
  const bandsToRead = plan.bands ?? Array.from({ length: file.bandCount }, (_, i) => i)
  for (const chunk of steps.chunks) {
    const place = windows[chunk.window]
    const size = place.width * place.height * bandsToRead.length
    const samples = windowSamples(place, bandsToRead, samplesType(steps.kernel, file.dtype, size))
    const validity = windowValidity(file, nodata, samples, () => windowMask(place))
    const { width, height, offset, stride, bands } = samples
    const window = { width, height, offset, stride, ...validity, scaleX: chunk.scaleX, scaleY: chunk.scaleY }
    warpChunk(
      { transform, toTarget, chunk, window, place, bands, kernel: steps.kernel, dtype: file.dtype, store, initial },
      target,
    )
    if (samples.joined) for (const band of bands) freeMemory(band)
    freeMemory(validity.valid)
    freeMemory(validity.density)
  }
}

function samplesType(kernel: Reprojection, dtype: DataType, samples: number): DataType {
  if (kernel === 'nearest') return dtype
  return isAreaKernel(kernel) || kernel === 'sum' ? areaType(dtype) : pointType(dtype, samples)
}

/** The target is the picture. */
function picked(plan: PartPlan, target: WarpTarget): WarpedPart {
  const { alphaBand } = plan.file
  const bands = inOrder(plan.output, target.bandIndices, target.planes)
  const alpha =
    plan.nodata === undefined && alphaBand !== undefined ? target.planes[target.bandIndices.indexOf(alphaBand)] : undefined
  const masks = partMasks(plan, bands, alpha, target.written)
  if (masks[0] !== target.written) freeMemory(target.written)
  return { width: plan.width, height: plan.height, bands, masks, alpha }
}

/** The same array for a band that is asked for twice: nobody writes to it any more. */
function inOrder(output: readonly number[], indices: readonly number[], planes: readonly Samples[]): Samples[] {
  return output.map((band) => planes[indices.indexOf(band)])
}

/** RasterIO resamples the target to the picture, band by band, the alpha band too. */
function filtered(plan: PartPlan, steps: WarpPlan, read: ReadSteps & { kind: 'filter' }, target: WarpTarget): WarpedPart {
  const { file, nodata } = plan
  const { method } = steps.read
  const added = nodata === undefined && file.alphaBand === undefined
  const alphaPlane = added ? addedAlpha(plan, target.written) : target.planes[target.bandIndices.indexOf(file.alphaBand ?? -1)]
  const alphaMask = nodata === undefined ? maskOfAlpha(file.bandCount + (added ? 1 : 0), alphaPlane) : undefined
  const one = (plane: Samples, mask: Uint8Array | undefined) =>
    filterPlane({ samples: plane, mask, region: read.region, x: read.x, y: read.y, method, dtype: file.dtype, nodata })
  const planes = target.planes.map((plane, i) => {
    const mask = nodata === undefined ? alphaMask : notEqual(plane, nodata, plan)
    const filteredPlane = one(plane, target.bandIndices[i] === file.alphaBand ? undefined : mask)
    if (mask !== alphaMask) freeMemory(mask)
    return filteredPlane
  })
  for (const plane of target.planes) if (plane !== alphaPlane) freeMemory(plane)
  const bands = inOrder(plan.output, target.bandIndices, planes)
  if (nodata !== undefined)
    return { width: plan.width, height: plan.height, bands, masks: partMasks(plan, bands, undefined, target.written) }
  if (!added) {
    const alpha = planes[target.bandIndices.indexOf(file.alphaBand ?? -1)]
    return { width: plan.width, height: plan.height, bands, masks: partMasks(plan, bands, alpha, target.written), alpha }
  }
  const alpha = one(alphaPlane, undefined)
  const written = new Uint8Array(alpha.length)
  const full = opaque(file.dtype, true)
  for (let i = 0; i < written.length; i++) written[i] = alpha[i] === full ? 255 : 0
  for (const done of [alpha, alphaPlane, alphaMask, target.written]) freeMemory(done)
  return { width: plan.width, height: plan.height, bands, masks: partMasks(plan, bands, undefined, written) }
}

function addedAlpha(plan: PartPlan, written: Uint8Array): Samples {
  const alpha = samplesOf(plan.file.dtype, written.length)
  const full = opaque(plan.file.dtype, true)
  for (let i = 0; i < written.length; i++) if (written[i] === 255) alpha[i] = full
  return alpha
}

function notEqual(plane: Samples, nodata: number, plan: PartPlan): Uint8Array | undefined {
  const value = comparable(nodata, plan.file.dtype)
  if (value === undefined) return undefined
  const slack = Number.isFinite(value) ? Math.abs(value) * ulps(plan.file.dtype) : 0
  if (slack === 0 && value === value && plane.indexOf(value) < 0) return undefined
  const mask = new Uint8Array(plane.length)
  if (slack === 0 && value === value) for (let i = 0; i < mask.length; i++) mask[i] = plane[i] === value ? 0 : 255
  else for (let i = 0; i < mask.length; i++) mask[i] = isNodata(plane[i], value, slack) ? 0 : 255
  return mask
}
