import { LIBUV_THREADS } from './libuv-threads.ts'
import sharp from 'sharp'

/**
 * What runs beside the raster threads. libvips: one thread an operation, since tiles are small and many; no cache of operations, since
 * no tile comes twice. libuv: see libuv-threads.ts; so a program imports this module before any other that imports sharp.
 * What can only be said before the process starts is in own-settings.ts.
 */
export function configureThreads(): { readonly libuv: number; readonly libvips: number } {
  sharp.cache(false)
  return { libuv: LIBUV_THREADS, libvips: sharp.concurrency(1) }
}
