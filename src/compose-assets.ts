import { type BandsRequest, type GridOf, readFiles } from './asset-files.ts'
import { SelectionMismatchError } from './compose/mismatch.ts'
import { createSelection } from './compose/registry.ts'
import type { Selection } from './compose/selection.ts'
import type { Engine } from './engine.ts'
import { BusyError, NotAllowedError, ParameterError, SmaltiError, TooLargeError, UnreadableAssetError } from './errors.ts'
import { addStage } from './net/source.ts'
import type { Trace } from './net/source.ts'
import { freeRaster } from './raster/free-memory.ts'
import type { Raster } from './raster/raster.ts'
import { resized } from './raster/resize.ts'
import { readAhead } from './read-ahead.ts'

export interface Composed {
  /** undefined: no asset touches the box. */
  readonly raster?: Raster
  /** Assets whose pixels were fed, in mosaic order. */
  readonly used: readonly string[]
  /** Assets that could not be read. */
  readonly skipped: readonly string[]
  /** Of every asset that was looked at, in mosaic order. */
  readonly revisions: readonly (readonly [href: string, revision: string])[]
}

/**
 * Feeds the assets' parts of one grid to a pixel selection, in mosaic order, until no pixel can change any more;
 * what has been read ahead of that is dropped. Where each asset has a grid of its own, the first one's size is the picture's. @throws SmaltiError of the first asset where `onError` is fail, or where none could be read
 */
export async function composeAssets(
  engine: Engine,
  hrefs: readonly string[],
  grid: GridOf,
  options: BandsRequest & { readonly pixelSelection: string; readonly onError: 'skip' | 'fail' },
  { signal, trace }: { signal: AbortSignal; trace: Trace },
): Promise<Composed> {
  const selection = createSelection(options.pixelSelection)
  const used: string[] = []
  const skipped: string[] = []
  const revisions: [string, string][] = []
  /** Parts whose arrays the selection may look at again, or make its result of. */
  const held: Raster[] = []
  let failure: unknown
  let first: Raster | undefined
  const depth = selection.mayFill ? engine.limits.readAhead : engine.limits.readAheadAll
  const parts = readAhead(hrefs, depth, signal, (href, stop) => readFiles(engine, href, options, grid, { signal: stop, trace }))
  for await (const { item: href, result: part, error } of parts) {
    if (!part) {
      if (options.onError === 'fail' || !isSkippable(error)) throw error
      failure ??= error
      skipped.push(href)
      revisions.push([href, 'skipped'])
      continue
    }
    revisions.push([href, part.revision])
    if (!part.raster) continue
    const start = performance.now()
    first ??= part.raster
    const raster = resized(part.raster, first.width, first.height)
    // As rio-tiler: a mosaic's picture is opaque where it is valid; half transparent samples are no data. One file keeps its alpha.
    feed(selection, options.kind === 'cog' ? raster : { ...raster, alpha: undefined }, href)
    if (selection.holds === 'all' || (selection.holds === 'first' && part.raster === first)) held.push(part.raster)
    else freeRaster(part.raster)
    addStage(trace, 'compose', start)
    used.push(href)
    if (selection.full) break
  }
  // A place of which nothing at all could be read is an error that says why, not an empty tile.
  if (failure && used.length === 0) throw failure
  const start = performance.now()
  const raster = selection.result()
  addStage(trace, 'compose', start)
  for (const part of held) freeRaster(part, raster)
  return { raster, used, skipped, revisions }
}

function feed(selection: Selection, raster: Raster, href: string): void {
  try {
    selection.feed(raster)
  } catch (error) {
    if (error instanceof SelectionMismatchError) throw new UnreadableAssetError(`${href}: ${error.message}`, { cause: error })
    throw error
  }
}

/** One unreadable asset may be skipped; what the caller did wrong, what is not allowed and what is not the asset's fault may not. */
export function isSkippable(error: unknown): boolean {
  if (!(error instanceof SmaltiError)) return false
  return !(
    error instanceof ParameterError ||
    error instanceof NotAllowedError ||
    error instanceof BusyError ||
    error instanceof TooLargeError
  )
}
