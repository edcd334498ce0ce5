import { inflateSync, zstdDecompressSync } from 'node:zlib'

/**
 * Inflates at most `limit` bytes. Synchronous: it runs on a raster thread, where waiting for libuv's pool only costs time.
 * @throws Error where the stream is corrupt or holds more.
 */
export function inflate(bytes: Uint8Array, limit: number): Uint8Array {
  // One byte more than expected, so that zlib sees the end of the stream without a second output buffer.
  return inflateSync(bytes, { chunkSize: Math.max(64, limit + 1), maxOutputLength: limit })
}

/** As {@link inflate}, for Zstandard. */
export function unzstd(bytes: Uint8Array, limit: number): Uint8Array {
  return zstdDecompressSync(bytes, { chunkSize: Math.max(64, limit + 1), maxOutputLength: limit })
}
