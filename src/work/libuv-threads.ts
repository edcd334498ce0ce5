import { availableParallelism } from 'node:os'

/**
 * The size of libuv's pool (reads of files, sharp's work for this and for the raster threads): twice the cores, at least 4; an
 * operator's own UV_THREADPOOL_SIZE stays. libuv looks at it once, when its pool starts, and to import sharp starts it: so it is set by
 * importing this module before any other.
 *
 * Measured with 2 raster threads on 2 cores, decoding a block of 512 x 512 x 3 and encoding a JPEG: WebP blocks 118, 149, 139 a second
 * with 2, 4, 8 threads; deflate blocks, which do not go there, 470 to 530.
 */
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, 2 * availableParallelism()))

export const LIBUV_THREADS = Number(process.env.UV_THREADPOOL_SIZE)
