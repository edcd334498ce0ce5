/** The entropy-coded bits of a scan, freed of stuffed bytes and markers. */
export interface ScanBits {
  /** Followed by {@link PADDING} zeros. */
  readonly bytes: Uint8Array
  /** Where each part between restart markers begins. The last number is the end. */
  readonly starts: readonly number[]
  /** A marker follows; else the stream is cut. */
  readonly isWhole: boolean
}

/** More than one unit of a scan can take: 10 blocks of 64 coefficients of 31 bits. */
export const PADDING = 4096

/** Copies the bits of the scan that begins at `start`. */
export function scanBits(stream: Uint8Array, start: number): ScanBits {
  const bytes = new Uint8Array(stream.length - start + PADDING)
  const starts = [0]
  let to = 0
  let at = start
  for (const end = stream.length; at < end; at++) {
    const byte = stream[at]
    if (byte !== 0xff) {
      bytes[to++] = byte
      continue
    }
    const next = stream[at + 1]
    if (next === 0) {
      bytes[to++] = 0xff
      at++
    } else if (next >= 0xd0 && next <= 0xd7) {
      starts.push(to)
      at++
    } else if (next !== 0xff) break
  }
  return { bytes, starts: [...starts, to], isWhole: at + 1 < stream.length }
}
