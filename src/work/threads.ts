import { LIBUV_THREADS } from './libuv-threads.ts'
import sharp from 'sharp'

/**
 * What runs beside the raster threads. libvips: one thread an operation, since tiles are small and many; no cache of operations, since
 * no tile comes twice. libuv: see libuv-threads.ts; so a program imports this module before any other that imports sharp.
 *
 * MALLOC_ARENA_MAX is left alone: 2 saves 20 of 420 MB with deflate and 50 of 500 MB with WebP, at 10 % of the latter's throughput.
 */
export function configureThreads(): { readonly libuv: number; readonly libvips: number } {
  sharp.cache(false)
  return { libuv: LIBUV_THREADS, libvips: sharp.concurrency(1) }
}
