import { applyAlgorithm, type AlgorithmRequest } from './algorithms/registry.ts'
import type { BlockWindow } from './cog/cog.ts'
import { createComposition } from './composition.ts'
import { type Encoded, encodeRaster, type RenderOptions } from './encode-raster.ts'
import type { BBox } from './grid/bbox.ts'
import { addStage, newTrace, type Trace } from './net/source.ts'
import { rasterBounds } from './raster/bounds.ts'
import { freeRaster } from './raster/free-memory.ts'
import { type PartFrame, rasterOf } from './raster/part-raster.ts'
import type { PartPlan } from './raster/plan.ts'
import type { Raster } from './raster/raster.ts'
import { warpPart } from './raster/warp.ts'
import type { SourceKind } from './source-kind.ts'

/** Blocks of one asset, and what is made of them. */
export interface ReadPart {
  readonly plan: PartPlan
  readonly windows: readonly BlockWindow[]
  readonly frame: PartFrame
}

/** One asset's share of a picture, warped already or not yet. */
export type PicturePart = { readonly href: string } & ({ readonly raster: Raster } | { readonly read: ReadPart })

export interface PictureOptions extends RenderOptions {
  readonly kind: SourceKind
  readonly pixelSelection: string
  readonly algorithm?: AlgorithmRequest
}

/** Plain data: it travels to a raster thread. */
export interface PaintJob {
  /** In mosaic order; what an earlier job has composed goes first. */
  readonly parts: readonly PicturePart[]
  /** Instead of parts: values that have been composed elsewhere. */
  readonly composed?: Raster
  readonly options: PictureOptions
  /** No more parts follow. Else the picture is made only if none could change it. */
  readonly last: boolean
  /** Shared memory for what is composed so far. */
  readonly memory?: Uint8Array
}

/** Either what is composed so far, or the end: `picture`, and `bbox` where it is another than the parts'. */
export interface Painted {
  readonly soFar?: Raster
  /** undefined at the end: nothing valid. */
  readonly picture?: Encoded
  readonly bbox?: BBox
  /** Parts that were looked at: no further one could change the picture. */
  readonly taken: number
  /** Milliseconds by stage. */
  readonly stages: ReadonlyMap<string, number>
}

/** The end of the story in one go: warp -> compose -> render -> encode. Arrays of the parts are used up. @throws SmaltiError */
export async function paintParts(job: PaintJob): Promise<Painted> {
  const { options, last } = job
  const trace = newTrace()
  const { stages } = trace
  const { values, full, taken } = job.composed ? { values: job.composed, full: true, taken: 0 } : composed(job, trace)
  if (!values || (!last && !full)) return { soFar: values, taken, stages }

  const raster = applyAlgorithm(values, options.algorithm)
  const bbox = raster === values ? undefined : rasterBounds(raster)
  const isEmpty = !raster.masks.some((mask) => mask.includes(255))
  const picture = isEmpty ? undefined : await encodeRaster(raster, options, trace)
  // Nobody has them any more, and the collector is late.
  freeRaster(values)
  freeRaster(raster)
  return { picture, bbox, taken, stages }
}

function composed({ parts, options }: PaintJob, trace: Trace): { values?: Raster; full: boolean; taken: number } {
  const composition = createComposition(options.pixelSelection, options.kind)
  let taken = 0
  for (const part of parts) {
    const warpStart = performance.now()
    const raster = 'raster' in part ? part.raster : rasterOf(warpPart(part.read.plan, part.read.windows), part.read.frame)
    addStage(trace, 'warp', warpStart)
    const composeStart = performance.now()
    composition.feed(raster, part.href)
    taken++
    addStage(trace, 'compose', composeStart)
    if (composition.full) break
  }
  const composeStart = performance.now()
  const values = composition.result()
  addStage(trace, 'compose', composeStart)
  return { values, full: composition.full, taken }
}
