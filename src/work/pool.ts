import type { Block, BlockWindow } from '../cog/cog.ts'
import type { BlockLayout } from '../cog/decode/layout.ts'
import type { PartPlan, WarpedPart } from '../raster/plan.ts'

/**
 * Raster threads. Arguments and results are plain data; blocks live in SharedArrayBuffers and are not copied, `bytes` are copied once
 * and stay the caller's. A signal drops a task that waits; one that runs finishes, unheard. Warps go before decodes: they end a tile.
 * A task whose thread died runs once more. @throws the task's own error, RasterThreadError, or the signal's reason
 */
export interface Pool {
  decode(layout: BlockLayout, bytes: Uint8Array, signal?: AbortSignal): Promise<Block>
  warp(plan: PartPlan, windows: readonly BlockWindow[], signal?: AbortSignal): Promise<WarpedPart>
  close(): Promise<void>
}
