import { move, transferableSymbol, valueSymbol } from 'piscina'
import type { Block, BlockWindow } from '../cog/cog.ts'
import { decodeBlock } from '../cog/decode/decode-block.ts'
import type { BlockLayout } from '../cog/decode/layout.ts'
import type { PartPlan, WarpedPart } from '../raster/plan.ts'
import { warpPart } from '../raster/warp.ts'
import { weigh } from './shared-weight.ts'
import { attempt, type Outcome } from './outcome.ts'

/** The raster thread: what it exports are the tasks of {@link Tasks}, by name. */

export function ready(): Outcome<true> {
  return { value: true }
}

export async function decode({ layout, bytes }: { layout: BlockLayout; bytes: Uint8Array }): Promise<Outcome<Block>> {
  const outcome = await attempt(() => decodeBlock(layout, bytes))
  if ('value' in outcome) weigh(outcome.value)
  return outcome
}

export async function warp({ plan, windows }: { plan: PartPlan; windows: readonly BlockWindow[] }): Promise<Outcome<WarpedPart>> {
  for (const window of windows) for (const block of window.blocks) weigh(block)
  const outcome = await attempt(async () => warpPart(plan, windows))
  return 'value' in outcome ? moved(outcome, outcome.value) : outcome
}

/** The part's arrays are handed over, not copied. */
function moved(outcome: Outcome<WarpedPart>, { bands, masks, alpha }: WarpedPart): Outcome<WarpedPart> {
  const arrays = alpha ? [...bands, ...masks, alpha] : [...bands, ...masks]
  const buffers = new Set(arrays.map((array) => array.buffer).filter((buffer) => buffer instanceof ArrayBuffer))
  const transferable = { [transferableSymbol]: [...buffers], [valueSymbol]: outcome }
  return move(transferable as unknown as Parameters<typeof move>[0]) as unknown as Outcome<WarpedPart>
}
