import { PADDING, type ScanBits } from './jpeg-bits.ts'
import type { ScanComponent } from './jpeg-header.ts'
import { END, LOOK, signed } from './jpeg-huffman.ts'
import { flatSample, inverseBlock } from './jpeg-idct.ts'
import { widenBlock } from './widening-idct.ts'

/** Samples of the side of a unit's component, whatever its resolution. */
const SIDE = 16

/** The samples of one component in one unit of the scan, at the resolution of the first component. */
export interface UnitPlane {
  /** Row by row, as many in a row as the unit is wide. */
  readonly samples: Uint8ClampedArray
  /** What all of them are; -1: they are not all one. */
  flat: number
}

// prettier-ignore
const ZIGZAG = Uint8Array.of(
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
)
/** Bit of the column of a coefficient below the first row; of those in the first row one bit for all. */
const FIRST_ROW = 0x100
const COLUMN = Int32Array.from(ZIGZAG, (place) => (place > 7 ? 1 << (place & 7) : FIRST_ROW))
const { imul } = Math

/**
 * Decodes a scan unit by unit: of 8 x 8 pixels, or 16 x 16 where the others have half the first component's resolution.
 * Of units before the `first` only the bits are read. Where a marker comes too early, the units that are missing are grey, as in libjpeg.
 * @param take is given each unit's number with its samples
 * @throws Error where the bits make no sense, or the stream is cut
 */
export function decodeScan(
  { bytes, starts, isWhole }: ScanBits,
  components: readonly ScanComponent[],
  { first, units, restart }: { readonly first: number; readonly units: number; readonly restart: number },
  take: (unit: number, planes: readonly UnitPlane[]) => void,
): void {
  const side = 8 * components[0].across
  const planes = components.map((): UnitPlane => ({ samples: new Uint8ClampedArray(SIDE * SIDE), flat: -1 }))
  const block = new Int32Array(64)
  const half = new Int32Array(2 * 64)
  const row = new Int32Array(SIDE)
  const before = new Int32Array(components.length)
  let part = 0
  let at = 0
  let end = starts[1]
  // The last `count` of the bits held have not been used yet.
  let held = 0
  let count = 0
  for (let unit = 0; unit < units; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      part++
      at = starts[part] ?? bytes.length - PADDING
      end = starts[part + 1] ?? at
      held = count = 0
      before.fill(0)
    }
    if (at - (count >> 3) > end) {
      if (!isWhole) throw new Error('JPEG stream ends inside its scan')
      for (const plane of planes) plane.flat = 128
      if (unit >= first) take(unit, planes)
      continue
    }
    for (let c = 0; c < components.length; c++) {
      const { dc, ac, quantizer, across, down } = components[c]
      const { short, fast, greatest, shift, symbols } = ac
      const plane = planes[c]
      plane.flat = -1
      for (let b = 0; b < across * down; b++) {
        if (count < 16) {
          held = (held << 16) | (bytes[at] << 8) | bytes[at + 1]
          at += 2
          count += 16
        }
        let code = dc.short[(held >>> (count - LOOK)) & ((1 << LOOK) - 1)]
        if (code === 0) code = longCode(held, count, dc.greatest, dc.shift, dc.symbols)
        count -= code >> 8
        let size = code & 0xff
        if (size > 0) {
          if (count < size) {
            held = (held << 16) | (bytes[at] << 8) | bytes[at + 1]
            at += 2
            count += 16
          }
          count -= size
          before[c] += signed((held >>> count) & ((1 << size) - 1), size)
        }
        let seen = 0
        for (let k = 1; k < 64; k++) {
          if (count < 16) {
            held = (held << 16) | (bytes[at] << 8) | bytes[at + 1]
            at += 2
            count += 16
          }
          const bits = (held >>> (count - LOOK)) & ((1 << LOOK) - 1)
          const known = fast[bits]
          if (known !== 0) {
            count -= known & 31
            if ((known & END) !== 0) break
            k += (known >> 8) & 15
            if (k > 63) break
            seen |= COLUMN[k]
            block[ZIGZAG[k]] = imul(known >> 16, quantizer[k])
            continue
          }
          code = short[bits]
          if (code === 0) code = longCode(held, count, greatest, shift, symbols)
          count -= code >> 8
          size = code & 15
          k += (code & 0xff) >> 4
          if (size === 0) {
            if ((code & 0xff) !== 0xf0) break
            continue
          }
          if (count < size) {
            held = (held << 16) | (bytes[at] << 8) | bytes[at + 1]
            at += 2
            count += 16
          }
          count -= size
          if (k > 63) break
          seen |= COLUMN[k]
          block[ZIGZAG[k]] = imul(signed((held >>> count) & ((1 << size) - 1), size), quantizer[k])
        }
        if (unit < first) {
          if (seen !== 0) block.fill(0)
          continue
        }
        block[0] = imul(before[c], quantizer[0])
        if (seen === 0) {
          const sample = flatSample(block[0])
          if (across * down === 1) plane.flat = sample
          else fillBlock(plane.samples, sample, (b >> 1) * 8 * side + (b & 1) * 8, side)
          continue
        }
        if (8 * across < side) widenBlock(block, seen, half, row, plane.samples)
        else inverseBlock(block, seen, half, plane.samples, (b >> 1) * 8 * side + (b & 1) * 8, side)
        block.fill(0)
      }
    }
    if (unit >= first) take(unit, planes)
  }
}

function fillBlock(samples: Uint8ClampedArray, sample: number, to: number, stride: number): void {
  for (let row = to, end = to + 8 * stride; row < end; row += stride) samples.fill(sample, row, row + 8)
}

/** Length << 8 | symbol of a code longer than what tables look at. */
function longCode(held: number, count: number, greatest: Int32Array, shift: Int32Array, symbols: Uint8Array): number {
  for (let length = LOOK + 1; length <= 16; length++) {
    const code = (held >>> (count - length)) & ((1 << length) - 1)
    if (code <= greatest[length]) return (length << 8) | symbols[code + shift[length]]
  }
  throw new Error('JPEG code that is not in its table')
}
