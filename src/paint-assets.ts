import { setImmediate } from 'node:timers/promises'
import type { AssetPart, Visit } from './asset.ts'
import type { BandsRequest, GridOf } from './asset-files.ts'
import { composeAssets } from './compose-assets.ts'
import { createComposition } from './composition.ts'
import type { Engine } from './engine.ts'
import { RasterThreadError } from './errors.ts'
import { addPeriod, addStage } from './net/source.ts'
import type { Trace } from './net/source.ts'
import type { Painted, PictureOptions, PicturePart, ReadPart } from './paint-parts.ts'
import { PartLoans } from './part-loans.ts'
import type { Raster } from './raster/raster.ts'
import { type PartsRead, readParts } from './read-parts.ts'
import { Turns } from './turns.ts'
import type { Pool } from './work/pool.ts'

type PaintOptions = PictureOptions & BandsRequest & { readonly onError: 'skip' | 'fail' }

interface Work {
  readonly signal: AbortSignal
  readonly trace: Trace
  /** The assets lie beside each other: the first ones will hardly fill the picture, so that more of them are read at a time. */
  readonly spread?: boolean
}

/** Bytes of parts that may wait for their composition. */
const MOST_WAITING = 64 * 2 ** 20
/** Of a pixel of a part, at most: a few bands and their masks. */
const PIXEL_BYTES = 16

/**
 * A picture of the assets' parts of one grid, made on raster threads: an asset whose turn it is when its blocks are there is warped,
 * composed with what was before it and, if no pixel can change any more, rendered and encoded in one visit. Those that come too early
 * are warped where a thread is idle, and wait; else they are taken along by the visit of the one before them. @throws SmaltiError of the first asset where `onError` is fail, or where none could be read
 */
export async function paintAssets(
  engine: Engine,
  hrefs: readonly string[],
  grid: GridOf,
  options: PaintOptions,
  { signal, trace, spread = false }: Work,
): Promise<PartsRead & { readonly painted?: Painted }> {
  const { mayFill, holdsAll } = createComposition(options.pixelSelection, options.kind)
  const pixels = typeof grid === 'function' ? engine.limits.maxPixels : grid.width * grid.height
  // Selections that look at each part once need not have them all.
  if (!mayFill && !holdsAll && hrefs.length > 1 && hrefs.length * pixels * PIXEL_BYTES > MOST_WAITING) {
    return paintFinished(engine, hrefs, grid, options, { signal, trace })
  }
  const oneByOne = mayFill || hrefs.length === 1
  const picture = pictureOptions(options)
  const turns = new Turns()
  /** The last asset that is in what was painted. */
  let end = -1
  let waiting: PicturePart[] = []
  let painted: Painted | undefined
  const loans = new PartLoans(engine.pool, engine.cogs.room)

  async function paint(parts: readonly PicturePart[], last: boolean, stop: AbortSignal): Promise<Painted> {
    const start = performance.now()
    const made = await loans.paint({ parts, options: picture, last }, stop)
    addStages(trace, start, made.stages)
    return made
  }
  /** The asset whose turn it is, and those behind it that are there already: in one visit, which ends where the picture is full. */
  async function paintFrom(index: number, read: ReadPart, stop: AbortSignal): Promise<Painted> {
    // It would wait for a thread anyway; what is in memory already comes in the meantime.
    if (index + 1 < hrefs.length && isBusy(engine.pool)) await setImmediate()
    const behind = turns.behind(index)
    const reads = [read, ...behind.map((early) => early.read)]
    const before = waiting.length
    const parts = [...waiting, ...reads.map((each, i) => ({ href: hrefs[index + i], read: each }))]
    const visit = paint(parts, index + reads.length === hrefs.length, stop)
    for (const early of behind) early.join(visit)
    const made = await visit
    end = index + made.taken - before - 1
    return made
  }
  const visitOf =
    (index: number): Visit =>
    async (read, stop) => {
      // With an idle thread it is warped before its turn. Else it had better be part of what another asset's visit does.
      if (oneByOne && index !== turns.turn && isBusy(engine.pool)) {
        const value = await turns.wait(index, read, stop)
        if (value) return { visited: { status: 'fulfilled', value } }
      }
      if (oneByOne && index === turns.turn) {
        const [visited] = await Promise.allSettled([paintFrom(index, read, stop)])
        // What goes wrong behind the warp is the picture's fault, not the asset's.
        if (visited.status === 'rejected' && visited.reason instanceof RasterThreadError) throw visited.reason
        return { visited }
      }
      const start = performance.now()
      const raster = await loans.warp(read, stop)
      addStage(trace, 'warp', start)
      return { raster }
    }
  function takePainted(made: Painted): boolean {
    painted = made
    waiting = made.soFar ? [{ href: '', raster: made.soFar }] : []
    return made.soFar === undefined
  }
  async function take({ visited, raster }: AssetPart, index: number): Promise<boolean> {
    const href = hrefs[index]
    if (visited?.status === 'rejected') throw visited.reason
    let done = false
    if (visited) done = takePainted(visited.value) && index >= end
    else if (raster && !oneByOne) waiting.push({ href, raster })
    else if (raster) done = takePainted(await paint([...waiting, { href, raster }], index === hrefs.length - 1, signal))
    return done
  }
  const { readAhead, readAheadAll } = engine.limits
  const reader = {
    hrefs,
    grid,
    depth: mayFill && !spread ? readAhead : readAheadAll,
    visitOf,
    take,
    next: (index: number) => turns.come(index),
  }
  try {
    const read = await readParts(engine, reader, options, { signal, trace })
    if (waiting.length > 0) painted = await paint(waiting, true, signal)
    return { painted, ...read }
  } finally {
    loans.end()
  }
}

/** A picture of values that are composed here, since `finish` is for this thread; the rest is done on a raster thread. @throws as {@link paintAssets} */
export async function paintFinished(
  engine: Engine,
  hrefs: readonly string[],
  grid: GridOf,
  { finish, ...options }: PaintOptions & { readonly finish?: (raster: Raster) => Raster },
  { signal, trace }: Work,
): Promise<PartsRead & { readonly painted?: Painted }> {
  const { raster, ...read } = await composeAssets(engine, hrefs, grid, options, { signal, trace })
  if (!raster) return read
  const composed = finish ? finish(raster) : raster
  const start = performance.now()
  const painted = await engine.pool.paint({ parts: [], composed, options: pictureOptions(options), last: true }, signal)
  addStages(trace, start, painted.stages)
  return { painted, ...read }
}

function isBusy({ stats }: Pool): boolean {
  const now = stats?.()
  return now !== undefined && now.running >= now.threads
}

/** What travels to the threads, and nothing else of the request. */
export function pictureOptions(request: PictureOptions): PictureOptions {
  const { kind, pixelSelection, algorithm, format, returnMask, rescale, colorFormula, colormap, expression, unscale } = request
  return { kind, pixelSelection, algorithm, format, returnMask, rescale, colorFormula, colormap, expression, unscale }
}

/** The thread's own times; what is left, the wait for a thread, counts as the first stage's. */
export function addStages(trace: Trace, start: number, own: ReadonlyMap<string, number>): void {
  const end = performance.now()
  let at = end - [...own.values()].reduce((sum, ms) => sum + ms, 0)
  addPeriod(trace, 'warp', start, at)
  for (const [stage, ms] of own) addPeriod(trace, stage, at, (at += ms))
}
