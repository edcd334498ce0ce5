import type { BandsRequest, GridOf } from './asset-files.ts'
import { createComposition } from './composition.ts'
import type { Engine } from './engine.ts'
import { addStage } from './net/source.ts'
import type { Trace } from './net/source.ts'
import type { Raster } from './raster/raster.ts'
import { type PartsRead, readParts } from './read-parts.ts'

export { isSkippable } from './skippable.ts'

export interface Composed extends PartsRead {
  /** undefined: no asset touches the box. */
  readonly raster?: Raster
}

/**
 * The values of a picture, for those who want them in this thread: the assets' parts of one grid are fed to a pixel selection, in mosaic
 * order, until no pixel can change any more. @throws SmaltiError of the first asset where `onError` is fail, or where none could be read
 */
export async function composeAssets(
  engine: Engine,
  hrefs: readonly string[],
  grid: GridOf,
  options: BandsRequest & { readonly pixelSelection: string; readonly onError: 'skip' | 'fail' },
  { signal, trace }: { signal: AbortSignal; trace: Trace },
): Promise<Composed> {
  const composition = createComposition(options.pixelSelection, options.kind)
  const { readAhead, readAheadAll } = engine.limits
  const take = ({ raster }: { raster?: Raster }, index: number): boolean => {
    const start = performance.now()
    if (raster) composition.feed(raster, hrefs[index])
    addStage(trace, 'compose', start)
    return composition.full
  }
  const depth = composition.mayFill ? readAhead : readAheadAll
  const read = await readParts(engine, { hrefs, grid, depth, take }, options, { signal, trace })
  const start = performance.now()
  const raster = composition.result()
  addStage(trace, 'compose', start)
  return { raster, ...read }
}
