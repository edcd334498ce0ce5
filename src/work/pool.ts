import type { Block, BlockWindow } from '../cog/cog.ts'
import type { BlockLayout } from '../cog/decode/layout.ts'
import type { PaintJob, Painted } from '../paint-parts.ts'
import type { PartPlan, WarpedPart } from '../raster/plan.ts'

export interface PoolStats {
  readonly threads: number
  /** Tasks that the threads have, and those that wait for one. */
  readonly running: number
  readonly waiting: number
}

/**
 * Raster threads, with as many tasks each as weight.ts says. Arguments and results are plain data; what lies in shared memory is not copied,
 * other `bytes` are once, and stay the caller's. A signal drops a task that waits; one that a thread has is finished first, so what
 * settles has done with its memory. Warps and pictures go before decodes: they end a tile. A task whose thread died runs once more.
 * @throws the task's own error, RasterThreadError, or the signal's reason
 */
export interface Pool {
  /** @param memory shared memory that the samples go to; without it the block gets memory of its own */
  decode(layout: BlockLayout, bytes: Uint8Array, signal?: AbortSignal, memory?: Uint8Array): Promise<Block>
  /** The table of the restarts of a deflate block; without this, blocks are always inflated from their begin. @param memory shared memory that it goes to */
  restarts?(layout: BlockLayout, bytes: Uint8Array, signal?: AbortSignal, memory?: Uint8Array): Promise<Uint8Array>
  /** @param memory shared memory that the arrays go to if they fit */
  warp(plan: PartPlan, windows: readonly BlockWindow[], signal?: AbortSignal, memory?: Uint8Array): Promise<WarpedPart>
  stats?(): PoolStats
  /** Warps, composes, renders and encodes what is there of a picture. */
  paint(job: PaintJob, signal?: AbortSignal): Promise<Painted>
  close(): Promise<void>
}

/** What reading blocks needs of it. */
export type BlockPool = Pick<Pool, 'decode' | 'restarts'>
