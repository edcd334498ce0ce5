import { setImmediate as turn } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { InvalidMosaicError, TooLargeError } from '../errors.ts'

/** Bytes that are read in one go, between which others get their turn. */
const PIECE = 1024 * 1024

/** Recognised by its first bytes (1f 8b), never by its name. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The document in pieces, unpacked if it is gzip. Never more than `maxUnpacked` bytes: a bomb ends there, however small it is packed.
 * @throws TooLargeError above maxUnpacked; InvalidMosaicError if the gzip is broken
 */
export async function* unpack(bytes: Uint8Array, maxUnpacked: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let total = 0
  for await (const piece of isGzip(bytes) ? gunzip(bytes) : slices(bytes)) {
    signal?.throwIfAborted()
    total += piece.length
    if (total > maxUnpacked) {
      throw new TooLargeError(`the mosaic document has more than ${maxUnpacked} bytes unpacked`, '--max-mosaic-unpacked')
    }
    yield piece
  }
}

async function* gunzip(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: PIECE })
  stream.end(bytes)
  try {
    yield* stream as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw new InvalidMosaicError(`the mosaic document cannot be unpacked: ${(cause as Error).message}`, { cause })
  } finally {
    stream.destroy()
  }
}

async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += PIECE) {
    if (start > 0) await turn()
    yield bytes.subarray(start, start + PIECE)
  }
}

/** The whole document at once, unpacked if it is gzip. @throws as {@link unpack} */
export async function unpacked(bytes: Uint8Array, maxUnpacked: number): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  const pieces: Uint8Array[] = []
  for await (const piece of unpack(bytes, maxUnpacked)) pieces.push(piece)
  return Buffer.concat(pieces)
}
