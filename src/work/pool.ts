import type { Block, BlockWindow } from '../cog/cog.ts'
import type { BlockLayout } from '../cog/decode/layout.ts'
import type { PartPlan, WarpedPart } from '../raster/plan.ts'

/** Raster threads. Arguments and results are plain data; blocks live in SharedArrayBuffers and are not copied. */
export interface Pool {
  decode(layout: BlockLayout, bytes: Uint8Array, signal?: AbortSignal): Promise<Block>
  warp(plan: PartPlan, windows: readonly BlockWindow[], signal?: AbortSignal): Promise<WarpedPart>
  close(): Promise<void>
}
