import { constants, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'

import { freeMemory } from '../../raster/free-memory.ts'
import { toBit } from './deflate-bits.ts'
import type { Restart } from './layout.ts'

/**
 * Inflates at most `limit` bytes. Synchronous: it runs on a raster thread, where waiting for libuv's pool only costs time.
 * @throws Error where the stream is corrupt or holds more.
 */
export function inflate(bytes: Uint8Array, limit: number): Uint8Array {
  // One byte more than expected, so that zlib sees the end of the stream without a second output buffer.
  return inflateSync(bytes, { chunkSize: Math.max(64, limit + 1), maxOutputLength: limit })
}

/** Room for what may come besides the wanted bytes: matches of the last byte that is looked at. */
const SPILL = 8 * 258
/** Of a stream's bytes, more than the share that is wanted of what it holds: rows do not all take the same. */
const MARGIN = 1 / 16

/**
 * At least the first `length` of the at most `limit` bytes that a stream holds, if it has them, from the first part of its bytes; what
 * follows is not looked at. Half of 8 MiB: 14 instead of 25 ms. @throws Error where the stream is corrupt before that
 */
export function inflateStart(bytes: Uint8Array, length: number, limit: number): Uint8Array {
  const share = Math.ceil(bytes.length * (length / limit + MARGIN))
  const options = { chunkSize: Math.max(64, limit + 1), maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH }
  const start = inflateSync(bytes.subarray(0, share), options)
  return start.length >= length || share >= bytes.length ? start : inflateSync(bytes, options)
}

/**
 * What a stream of at most `limit` bytes holds from a place inside of it up to its first `length` bytes. `bytes` begin at that place
 * and are enough for it. @throws Error where the stream is corrupt before that, or too short
 */
export function inflateFrom(bytes: Uint8Array, { bit, out, window }: Restart, length: number, limit: number): Uint8Array {
  const stream = toBit(bytes, bit)
  const inflated = inflateRawSync(stream, {
    dictionary: window,
    chunkSize: Math.max(64, length - out + SPILL),
    maxOutputLength: limit,
    finishFlush: constants.Z_SYNC_FLUSH,
  })
  if (stream !== bytes) freeMemory(stream)
  return inflated
}

/** As {@link inflate}, for Zstandard. */
export function unzstd(bytes: Uint8Array, limit: number): Uint8Array {
  return zstdDecompressSync(bytes, { chunkSize: Math.max(64, limit + 1), maxOutputLength: limit })
}
