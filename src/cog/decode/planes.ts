import type { Predictor } from './layout.ts'
import { simdFloatRow, suitsSimd } from './simd-float-rows.ts'

/** Unsigned words of one width: predictors and byte order work on bits, whatever the samples mean. */
export type Words = Uint8Array | Uint16Array | Uint32Array

/** Geometry of a block: rows of `rowWords` words, `samples` a pixel, of which `width` x `height` pixels are kept. */
export interface Planes {
  readonly rowWords: number
  readonly samples: number
  readonly width: number
  readonly height: number
}

/**
 * Interleaved words to one plane a sample, undoing horizontal differencing (predictor 2) on the way.
 * One pass: each row is in the processor's first cache when its samples are picked.
 */
export function toPlanes(source: Words, planes: readonly Words[], geometry: Planes, predictor: Exclude<Predictor, 3>): void {
  const { rowWords, samples, width, height } = geometry
  if (predictor === 1 && samples === 1) {
    copyRows(source, planes[0], geometry)
    return
  }
  for (let y = 0; y < height; y++) {
    const row = y * rowWords
    const to = y * width
    if (samples === 3) {
      if (predictor === 1) pickThree(source, row, planes, to, width)
      else accumulateThree(source, row, planes, to, width)
      continue
    }
    if (samples === 4 && predictor === 2) {
      accumulateFour(source, row, planes, to, width)
      continue
    }
    for (let sample = 0; sample < samples; sample++) {
      if (predictor === 1) pick(source, row + sample, samples, planes[sample], to, width)
      else accumulate(source, row + sample, samples, planes[sample], to, width)
    }
  }
}

function copyRows(source: Words, plane: Words, { rowWords, width, height }: Planes): void {
  if (rowWords === width) {
    plane.set(source.subarray(0, width * height))
    return
  }
  for (let y = 0; y < height; y++) plane.set(source.subarray(y * rowWords, y * rowWords + width), y * width)
}

/** The commonest case, by itself: 0.6 of the time of three passes over the row. */
function pickThree(source: Words, from: number, [a, b, c]: readonly Words[], to: number, count: number): void {
  for (let i = from, end = to + count; to < end; i += 3, to++) {
    a[to] = source[i]
    b[to] = source[i + 1]
    c[to] = source[i + 2]
  }
}

function accumulateThree(source: Words, from: number, [a, b, c]: readonly Words[], to: number, count: number): void {
  let first = 0
  let second = 0
  let third = 0
  for (let i = from, end = to + count; to < end; i += 3, to++) {
    a[to] = first = (first + source[i]) | 0
    b[to] = second = (second + source[i + 1]) | 0
    c[to] = third = (third + source[i + 2]) | 0
  }
}

function accumulateFour(source: Words, from: number, [a, b, c, d]: readonly Words[], to: number, count: number): void {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  for (let i = from, end = to + count; to < end; i += 4, to++) {
    a[to] = first = (first + source[i]) | 0
    b[to] = second = (second + source[i + 1]) | 0
    c[to] = third = (third + source[i + 2]) | 0
    d[to] = fourth = (fourth + source[i + 3]) | 0
  }
}

function pick(source: Words, from: number, step: number, plane: Words, to: number, count: number): void {
  for (let i = from, end = to + count; to < end; i += step) plane[to++] = source[i]
}

function accumulate(source: Words, from: number, step: number, plane: Words, to: number, count: number): void {
  let sum = 0
  for (let i = from, end = to + count; to < end; i += step) {
    // Storing truncates to the word's width, which is the differencing's modulus.
    sum = (sum + source[i]) | 0
    plane[to++] = sum
  }
}

/** As {@link toPlanes}, for 64-bit words as pairs of 32-bit ones (little-endian: low first). */
export function pairPlanes(source: Uint32Array, planes: readonly Uint32Array[], geometry: Planes, differences: boolean): void {
  const { rowWords, samples, width, height } = geometry
  for (let y = 0; y < height; y++) {
    for (let sample = 0; sample < samples; sample++) {
      const plane = planes[sample]
      let low = 0
      let high = 0
      let from = 2 * (y * rowWords + sample)
      let to = 2 * y * width
      for (let x = 0; x < width; x++, from += 2 * samples, to += 2) {
        const sum = low + source[from]
        low = sum >>> 0
        high = (high + source[from + 1] + (sum > 0xffffffff ? 1 : 0)) >>> 0
        plane[to] = low
        plane[to + 1] = high
        if (!differences) low = high = 0
      }
    }
  }
}

/**
 * Undoes the floating point predictor (TIFF technical note 3): a row holds the bytes of all its samples by significance, most
 * significant first, whatever the file's byte order, each byte as the difference to the one `samples` before.
 * @param planes bytes of the wanted samples, little-endian, `bytes` each
 */
export function floatPlanes(source: Uint8Array, planes: readonly Uint8Array[], geometry: Planes, bytes: number): void {
  const { rowWords, samples, width, height } = geometry
  const rowBytes = rowWords * bytes
  for (let y = 0; y < height; y++) {
    const row = y * rowBytes
    if (bytes === 4 && samples === 1) {
      const words = wordsAt(planes[0], y * width, width)
      if (suitsSimd(rowWords)) simdFloatRow(source, row, rowWords, words)
      else sumRow(source, row, rowWords, words)
      continue
    }
    for (let i = row + samples, end = row + rowBytes; i < end; i++) source[i] += source[i - samples]
    if (bytes === 4) {
      joinRow(source, row, planes, geometry, y * width)
      continue
    }
    for (let significance = 0; significance < bytes; significance++) {
      const from = row + significance * rowWords
      const offset = bytes - 1 - significance
      for (let sample = 0; sample < samples; sample++) {
        const plane = planes[sample]
        let to = y * width * bytes + offset
        for (let x = 0, i = from + sample; x < width; x++, i += samples, to += bytes) plane[to] = source[i]
      }
    }
  }
}

function wordsAt(plane: Uint8Array, first: number, count: number): Uint32Array {
  return new Uint32Array(plane.buffer as ArrayBuffer, plane.byteOffset + first * 4, count)
}

/** One row of single 32-bit samples of any number, undone and put together in one go, since the sums need not be written down: 0.4 of the time. */
function sumRow(source: Uint8Array, row: number, rowWords: number, words: Uint32Array): void {
  // Differences go on from one significance to the next.
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let i = row, end = row + rowWords; i < end; i++) {
    b += source[i]
    c += source[i + rowWords]
    d += source[i + 2 * rowWords]
  }
  c += b
  d += c
  for (let x = 0, i = row; x < words.length; x++, i++) {
    a += source[i]
    b += source[i + rowWords]
    c += source[i + 2 * rowWords]
    d += source[i + 3 * rowWords]
    words[x] = (a << 24) | ((b & 255) << 16) | ((c & 255) << 8) | (d & 255)
  }
}

/** One row of 32-bit samples, put together word by word. */
function joinRow(
  source: Uint8Array,
  row: number,
  planes: readonly Uint8Array[],
  { rowWords, samples, width }: Planes,
  to: number,
): void {
  for (let sample = 0; sample < samples; sample++) {
    const plane = wordsAt(planes[sample], to, width)
    let i = row + sample
    for (let x = 0; x < width; x++, i += samples) {
      plane[x] = (source[i] << 24) | (source[i + rowWords] << 16) | (source[i + 2 * rowWords] << 8) | source[i + 3 * rowWords]
    }
  }
}

/** Samples of 1 to 16 bits, packed most significant bit first in rows of whole bytes. */
export function unpackPacked(
  source: Uint8Array,
  planes: readonly Words[],
  { samples, width, height, rowWords }: Planes,
  bits: number,
): void {
  const rowBytes = Math.ceil((rowWords * bits) / 8)
  for (let y = 0; y < height; y++) {
    let at = y * rowBytes
    let held = 0
    let heldBits = 0
    for (let x = 0; x < width; x++) {
      for (let sample = 0; sample < samples; sample++) {
        while (heldBits < bits) {
          held = (held << 8) | source[at++]
          heldBits += 8
        }
        heldBits -= bits
        planes[sample][y * width + x] = held >>> heldBits
        held &= (1 << heldBits) - 1
      }
    }
  }
}

/** One bit a pixel, the most significant first; `one` stands for a 1. Bytes of equal bits, which most are, go by runs. */
export function unpackBitmap(source: Uint8Array, plane: Uint8Array, { width, height, rowWords }: Planes, one: number): void {
  const rowBytes = Math.ceil(rowWords / 8)
  for (let y = 0; y < height; y++) {
    const rowEnd = (y + 1) * rowBytes
    const end = (y + 1) * width
    for (let at = y * rowBytes, to = y * width; to < end;) {
      const byte = source[at++]
      const first = to
      if (byte === 0 || byte === 0xff) {
        for (to += 8; at < rowEnd && source[at] === byte; at++) to += 8
        to = Math.min(to, end)
        plane.fill(byte === 0 ? 0 : one, first, to)
        continue
      }
      to = Math.min(to + 8, end)
      for (let i = first, bit = 0x80; i < to; i++, bit >>= 1) plane[i] = (byte & bit) === 0 ? 0 : one
    }
  }
}
