import type { AssetPart, Visit } from './asset.ts'
import { type BandsRequest, type GridOf, readFiles } from './asset-files.ts'
import type { Engine } from './engine.ts'
import type { Trace } from './net/source.ts'
import { readAhead } from './read-ahead.ts'
import { isSkippable } from './skippable.ts'

export interface PartsRead {
  /** Assets whose pixels were taken, in mosaic order. */
  readonly used: readonly string[]
  /** Assets that could not be read. */
  readonly skipped: readonly string[]
  /** Of every asset that was looked at, in mosaic order. */
  readonly revisions: readonly (readonly [href: string, revision: string])[]
}

export interface PartsReader {
  readonly hrefs: readonly string[]
  readonly grid: GridOf
  /** Assets under way at a time. */
  readonly depth: number
  /** What is done with the blocks of the asset at `index`; undefined: they are warped. */
  readonly visitOf?: (index: number) => Visit
  /** Says whose turn it is: all before it have been taken. */
  readonly next?: (index: number) => void
  /** Takes a part that touches the grid, in mosaic order; true: no more are wanted. */
  take(part: AssetPart, index: number): boolean | Promise<boolean>
}

/**
 * Reads the assets' parts of one grid, in mosaic order, until no more are wanted; what has been read ahead of that is dropped.
 * @throws SmaltiError of the first asset where `onError` is fail, or where none could be read
 */
export async function readParts(
  engine: Engine,
  { hrefs, grid, depth, visitOf, take, next }: PartsReader,
  options: BandsRequest & { readonly onError: 'skip' | 'fail' },
  { signal, trace }: { readonly signal: AbortSignal; readonly trace: Trace },
): Promise<PartsRead> {
  const used: string[] = []
  const skipped: string[] = []
  const revisions: [string, string][] = []
  let failure: unknown
  const parts = readAhead([...hrefs.entries()], depth, signal, ([index, href], stop) =>
    readFiles(engine, href, options, grid, { signal: stop, trace, visit: visitOf?.(index) }),
  )
  for await (const { item, result: part, error } of parts) {
    const [index, href] = item
    if (!part) {
      next?.(index + 1)
      if (options.onError === 'fail' || !isSkippable(error)) throw error
      failure ??= error
      skipped.push(href)
      revisions.push([href, 'skipped'])
      continue
    }
    revisions.push([href, part.revision])
    if (part.raster || part.visited) {
      used.push(href)
      if (await take(part, index)) break
    }
    next?.(index + 1)
  }
  // A place of which nothing at all could be read is an error that says why, not an empty tile.
  if (failure && used.length === 0) throw failure
  return { used, skipped, revisions }
}
