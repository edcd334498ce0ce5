import { move, transferableSymbol, valueSymbol } from 'piscina'
import type { Block, BlockWindow } from '../cog/cog.ts'
import { decodeBlock } from '../cog/decode/decode-block.ts'
import type { BlockLayout } from '../cog/decode/layout.ts'
import { type PaintJob, type Painted, paintParts } from '../paint-parts.ts'
import type { PartPlan, WarpedPart } from '../raster/plan.ts'
import { warpPart } from '../raster/warp.ts'
import { attempt, type Outcome } from './outcome.ts'

/** The raster thread: what it exports are the tasks of {@link Tasks}, by name. */

export function ready(): Outcome<true> {
  return { value: true }
}

interface DecodeTask {
  readonly layout: BlockLayout
  readonly bytes: Uint8Array
  readonly memory?: Uint8Array
}

/** What is in the memory that was given need not be sent back. */
export async function decode({ layout, bytes, memory }: DecodeTask): Promise<Outcome<Block | undefined>> {
  const outcome = await attempt(() => decodeBlock(layout, bytes, memory))
  if (!('value' in outcome)) return outcome
  return memory ? { value: undefined } : moved(outcome, outcome.value.bands)
}

export async function warp({ plan, windows }: { plan: PartPlan; windows: readonly BlockWindow[] }): Promise<Outcome<WarpedPart>> {
  const outcome = await attempt(async () => ownedPart(warpPart(plan, windows)))
  if (!('value' in outcome)) return outcome
  const { bands, masks, alpha } = outcome.value
  return moved(outcome, [...bands, ...masks, alpha])
}

export async function paint(job: PaintJob): Promise<Outcome<Painted>> {
  const outcome = await attempt(async () => {
    const painted = await paintParts(job)
    const { soFar, picture } = painted
    // A copy: what an encoder gives may lie in memory that cannot be handed over.
    const sent = picture && { ...picture, body: new Uint8Array(picture.body) }
    return { ...painted, soFar: soFar && ownedPart(soFar), picture: sent }
  })
  if (!('value' in outcome)) return outcome
  const { soFar, picture } = outcome.value
  return moved(outcome, [...(soFar ? [...soFar.bands, ...soFar.masks, soFar.alpha] : []), picture?.body])
}

/** A part outlives the blocks that it was made of: nothing in it may be a view of them. */
function ownedPart<P extends Pick<WarpedPart, 'bands' | 'masks' | 'alpha'>>(part: P): P {
  const { bands, masks, alpha } = part
  if (![...bands, ...masks, alpha].some((array) => array?.buffer instanceof SharedArrayBuffer)) return part
  return { ...part, bands: bands.map((band) => band.slice()), masks: masks.map((mask) => mask.slice()), alpha: alpha?.slice() }
}

/** The arrays of an outcome are handed over, not copied. */
function moved<T>(outcome: Outcome<T>, arrays: readonly (ArrayBufferView | undefined)[]): Outcome<T> {
  const buffers = new Set(arrays.map((array) => array?.buffer).filter((buffer) => buffer instanceof ArrayBuffer))
  const transferable = { [transferableSymbol]: [...buffers], [valueSymbol]: outcome }
  return move(transferable as unknown as Parameters<typeof move>[0]) as unknown as Outcome<T>
}
