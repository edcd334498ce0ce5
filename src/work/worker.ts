import { move, transferableSymbol, valueSymbol } from 'piscina'
import type { Block, BlockWindow } from '../cog/cog.ts'
import { decodeBlock } from '../cog/decode/decode-block.ts'
import type { BlockLayout } from '../cog/decode/layout.ts'
import { findRestarts, restartsBytes } from '../cog/decode/restarts.ts'
import { type PaintJob, type Painted, paintParts } from '../paint-parts.ts'
import type { PartPlan, WarpedPart } from '../raster/plan.ts'
import { freeMemory } from '../raster/free-memory.ts'
import type { Samples } from '../raster/raster.ts'
import { placedIn } from '../raster/placed.ts'
import { warpPart } from '../raster/warp.ts'
import { attempt, type Outcome } from './outcome.ts'
import { configureThreads } from './threads.ts'

// Here, and not where it is first needed: the thread starts while the server still loads, and waits for it.
configureThreads()

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

/** As {@link decode}. */
export async function restarts({ layout, bytes, memory }: DecodeTask): Promise<Outcome<Uint8Array | undefined>> {
  const outcome = await attempt(async () => {
    const table = memory ?? new Uint8Array(restartsBytes(layout))
    findRestarts(bytes, layout, table)
    return memory ? undefined : table
  })
  return moved(outcome, 'value' in outcome ? [outcome.value] : [])
}

interface WarpTask {
  readonly plan: PartPlan
  readonly windows: readonly BlockWindow[]
  readonly memory?: Uint8Array
}

export async function warp({ plan, windows, memory }: WarpTask): Promise<Outcome<WarpedPart>> {
  const outcome = await attempt(async () => outlasting(warpPart(plan, windows), memory))
  return moved(outcome, 'value' in outcome ? planesOf(outcome.value) : [])
}

export async function paint(job: PaintJob): Promise<Outcome<Painted>> {
  const outcome = await attempt(async () => {
    const painted = await paintParts(job)
    const { soFar, picture } = painted
    // A copy: what an encoder gives may lie in memory that cannot be handed over.
    const own = picture && { ...picture, body: new Uint8Array(picture.body) }
    return { ...painted, soFar: soFar && outlasting(soFar, job.memory), picture: own }
  })
  if (!('value' in outcome)) return outcome
  const { soFar, picture } = outcome.value
  return moved(outcome, soFar ? planesOf(soFar) : [picture?.body])
}

type Planes = Pick<WarpedPart, 'bands' | 'masks' | 'alpha'>

/** A part outlives the blocks that it was made of: it goes to the memory that was given, or nothing in it may be a view of shared memory. */
function outlasting<P extends Planes>(part: P, memory: Uint8Array | undefined): P {
  const placed = memory && placedIn(memory, part)
  if (placed) {
    for (const plane of new Set(planesOf(part))) freeMemory(plane)
    return placed
  }
  if (!planesOf(part).some(({ buffer }) => buffer instanceof SharedArrayBuffer)) return part
  const { bands, masks, alpha } = part
  return { ...part, bands: bands.map((band) => band.slice()), masks: masks.map((mask) => mask.slice()), alpha: alpha?.slice() }
}

function planesOf({ bands, masks, alpha }: Planes): Samples[] {
  return alpha ? [...bands, ...masks, alpha] : [...bands, ...masks]
}

/** The arrays of an outcome are handed over, not copied; those in shared memory are there already. */
function moved<T>(outcome: Outcome<T>, arrays: readonly (ArrayBufferView | undefined)[]): Outcome<T> {
  const buffers = new Set(arrays.map((array) => array?.buffer).filter((buffer) => buffer instanceof ArrayBuffer))
  const transferable = { [transferableSymbol]: [...buffers], [valueSymbol]: outcome }
  return move(transferable as unknown as Parameters<typeof move>[0]) as unknown as Outcome<T>
}
