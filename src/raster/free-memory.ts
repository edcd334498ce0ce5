import type { Raster } from './raster.ts'

/** Views into buffers up to this size may be of a pool, together with what is somebody else's: Node's has 64 kB. */
const LARGEST_POOL = 65_536
/** Less is not worth it. A mask of a tile has 64 kB. */
const WORTH_IT = 16_384

/**
 * Gives the memory of a temporary array back at once; whoever looks at it afterwards finds it empty. For arrays that nobody else has
 * a view of. The collector would come when 64 MB of them lie about, in every thread, and each new one would take fresh pages from the
 * system: with this, inflating takes 0.55 of the time.
 */
export function freeMemory(array: ArrayBufferView | undefined): void {
  if (!array || !(array.buffer instanceof ArrayBuffer)) return
  const { byteLength } = array.buffer
  if (byteLength > LARGEST_POOL || (byteLength > WORTH_IT && array.byteLength === byteLength)) array.buffer.transfer(0)
}

/** {@link freeMemory} for all arrays of a raster but those that another one has. */
export function freeRaster(raster: Raster, keep?: Raster): void {
  const kept = new Set(keep && arraysOf(keep).map(({ buffer }) => buffer))
  for (const array of arraysOf(raster)) if (!kept.has(array.buffer)) freeMemory(array)
}

function arraysOf({ bands, masks, alpha }: Raster): ArrayBufferView[] {
  return alpha ? [...bands, ...masks, alpha] : [...bands, ...masks]
}
