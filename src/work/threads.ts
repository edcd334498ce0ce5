import { LIBUV_THREADS } from './libuv-threads.ts'
import sharp from 'sharp'

/**
 * What runs beside the raster threads. libvips: one thread an operation, since tiles are small and many; no cache of operations, since
 * no tile comes twice. libuv: see libuv-threads.ts; so a program imports this module before any other that imports sharp.
 *
 * Two things can only be said before the process starts, so the scripts of package.json and the Dockerfile say them: glibc gets two
 * arenas (MALLOC_ARENA_MAX; 628 to 523 MB resident under load), and young objects at most 12 MB (--max-semi-space-size; 523 to 482).
 */
export function configureThreads(): { readonly libuv: number; readonly libvips: number } {
  sharp.cache(false)
  return { libuv: LIBUV_THREADS, libvips: sharp.concurrency(1) }
}
