import { freeMemory } from '../../raster/free-memory.ts'
import { skimDeflate } from './deflate-blocks.ts'
import { inflate, inflateFrom } from './inflate.ts'
import { type BlockLayout, maxStoredBytes, type Restart, storedBytes, storedRowBytes, stripRows } from './layout.ts'

/** As far as a deflate stream looks back. */
const WINDOW = 32_768
/** Fewest bytes between two restarts: somewhat less than a block of libdeflate's, which writes most files of late. */
const SPACING = 240 * 1024
/** Bytes that are inflated from a restart to be sure of it. */
const PROBE = 16_384

/**
 * The restarts of one deflate block of a file, from any strip of which it can be read: in one piece of memory, as it lies in the arena.
 * Numbers of 32 bits: the restarts' count, bit and out of each, then the byte after which each strip is known; then the windows.
 */
interface Table {
  readonly count: Uint32Array
  readonly places: Uint32Array
  readonly ends: Uint32Array
  readonly windows: Uint8Array
}

/** Bytes of the table of a block. */
export function restartsBytes(layout: BlockLayout): number {
  const [restarts, strips] = sizesOf(layout)
  return restarts * (8 + WINDOW) + 4 * (1 + strips)
}

function sizesOf(layout: BlockLayout): readonly [restarts: number, strips: number] {
  const strip = storedRowBytes(layout) * (stripRows(layout) ?? layout.storedHeight)
  return [1 + Math.floor(maxStoredBytes(layout) / SPACING), Math.ceil(storedBytes(layout) / strip)]
}

function tableIn(memory: Uint8Array, layout: BlockLayout): Table {
  const [restarts, strips] = sizesOf(layout)
  const { buffer, byteOffset } = memory
  const numbers = new Uint32Array(buffer, byteOffset, 1 + 2 * restarts + strips)
  return {
    count: numbers.subarray(0, 1),
    places: numbers.subarray(1, 1 + 2 * restarts),
    ends: numbers.subarray(1 + 2 * restarts),
    windows: memory.subarray(4 * numbers.length),
  }
}

/**
 * Finds the restarts of a block, each tried. Of a stream that is corrupt or ends too soon there is one, at its begin: what can be read of it
 * is found out by reading. Takes three times as long as inflating the block. @param memory of {@link restartsBytes}
 */
export function findRestarts(bytes: Uint8Array, layout: BlockLayout, memory: Uint8Array): void {
  const { count, places, ends, windows } = tableIn(memory, layout)
  ends.fill(bytes.length)
  places.set([16, 0])
  count[0] = 1
  const limit = maxStoredBytes(layout)
  const strip = storedRowBytes(layout) * (stripRows(layout) ?? layout.storedHeight)
  let raw: Uint8Array | undefined
  try {
    raw = inflate(bytes, limit)
    const found: { readonly bit: number; readonly out: number }[] = []
    const known = new Uint32Array(ends.length).fill(bytes.length)
    const total = skimDeflate(bytes, strip, known, ({ bit, out }) => {
      if (out >= (found.at(-1)?.out ?? 0) + SPACING) found.push({ bit, out })
    })
    if (total !== raw.length) return
    for (const { bit, out } of found) {
      const window = raw.subarray(Math.max(0, out - WINDOW), out)
      const end = Math.min(out + PROBE, raw.length)
      const from = bytes.subarray(bit >> 3, known[Math.floor((end - 1) / strip)])
      const probe = inflateFrom(from, { bit: bit & 7, out, window }, end, limit)
      if (Buffer.compare(probe.subarray(0, end - out), raw.subarray(out, end)) !== 0) return
      places.set([bit, out], 2 * count[0])
      windows.set(window, WINDOW * count[0]++)
    }
    ends.set(known)
  } catch {
    count[0] = 1
  } finally {
    freeMemory(raw)
  }
}

/** What is read of a block for one of its strips. */
export interface FromRestart {
  readonly restart: Restart
  /** Bytes of the stream. */
  readonly first: number
  readonly end: number
}

/** The last restart before a strip. */
export function restartOf(memory: Uint8Array, strip: BlockLayout): FromRestart {
  const { count, places, ends, windows } = tableIn(memory, strip)
  const above = strip.above ?? 0
  const begin = storedRowBytes(strip) * above
  let last = count[0] - 1
  while (last > 0 && places[2 * last + 1] > begin) last--
  const [bit, out] = places.subarray(2 * last)
  const window = windows.subarray(WINDOW * last, WINDOW * last + Math.min(out, WINDOW))
  return { restart: { bit: bit & 7, out, window }, first: bit >> 3, end: ends[Math.floor(above / (stripRows(strip) ?? 1))] }
}
