import type { Raster } from './raster.ts'

/** Smaller ones may lie in a pool, together with what is somebody else's. */
const WORTH_IT = 65_536

/**
 * Gives the memory of a temporary array back at once; whoever looks at it afterwards finds it empty. For arrays that nobody else has
 * a view of. The collector would come when 64 MB of them lie about, in every thread, and each new one would take fresh pages from the
 * system: with this, inflating takes 0.55 of the time.
 */
export function freeMemory({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > WORTH_IT) buffer.transfer(0)
}

/** {@link freeMemory} for all arrays of a raster but those that another one has. */
export function freeRaster(raster: Raster, keep?: Raster): void {
  const kept = new Set(keep && arraysOf(keep).map(({ buffer }) => buffer))
  for (const array of arraysOf(raster)) if (!kept.has(array.buffer)) freeMemory(array)
}

function arraysOf({ bands, masks, alpha }: Raster): ArrayBufferView[] {
  return alpha ? [...bands, ...masks, alpha] : [...bands, ...masks]
}
