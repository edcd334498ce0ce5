import { SelectionMismatchError } from './compose/mismatch.ts'
import { createSelection } from './compose/registry.ts'
import { UnreadableAssetError } from './errors.ts'
import { freeRaster } from './raster/free-memory.ts'
import type { Raster } from './raster/raster.ts'
import { resized } from './raster/resize.ts'
import type { SourceKind } from './source-kind.ts'

/** Rasters of assets on their way into one picture. They are used up: their arrays are freed as soon as nobody looks at them. */
export interface Composition {
  /** Where each asset has a grid of its own, the first one's size is the picture's. @throws UnreadableAssetError naming the asset that does not fit */
  feed(raster: Raster, href: string): void
  /** The next ones may be read for nothing. */
  readonly mayFill: boolean
  /** The result is made of all of them at once. */
  readonly holdsAll: boolean
  /** No further raster can change the result. */
  readonly full: boolean
  /** undefined when nothing was fed. */
  result(): Raster | undefined
}

/** @throws ParameterError a selection that is not there */
export function createComposition(pixelSelection: string, kind: SourceKind): Composition {
  const selection = createSelection(pixelSelection)
  /** Parts whose arrays the selection may look at again, or make its result of. */
  const held: Raster[] = []
  let first: Raster | undefined
  return {
    feed(raster, href) {
      first ??= raster
      const fitting = resized(raster, first.width, first.height)
      try {
        // As rio-tiler: a mosaic's picture is opaque where it is valid; half transparent samples are no data. One file keeps its alpha.
        selection.feed(kind === 'cog' ? fitting : { ...fitting, alpha: undefined })
      } catch (error) {
        if (error instanceof SelectionMismatchError) throw new UnreadableAssetError(`${href}: ${error.message}`, { cause: error })
        throw error
      }
      if (selection.holds === 'all' || (selection.holds === 'first' && raster === first)) held.push(raster)
      else freeRaster(raster)
    },
    mayFill: selection.mayFill,
    holdsAll: selection.holds === 'all',
    get full() {
      return selection.full
    },
    result() {
      const result = selection.result()
      for (const raster of held) freeRaster(raster, result)
      return result
    },
  }
}
