/** Bits that are looked at at once: the codes of most symbols together with their values. */
export const LOOK = 10
/** In {@link Huffman.fast}: no coefficient follows in this block. */
export const END = 0x20

/** A Huffman table of a JPEG stream. */
export interface Huffman {
  /** Length << 8 | symbol of every code of up to LOOK bits, by the next LOOK bits; 0: longer. */
  readonly short: Uint16Array
  /** Of AC tables: value << 16 | zeros before it << 8 | bits of code and value, or END | bits; 0: they are more than LOOK bits. */
  readonly fast: Int32Array
  /** By length: greatest code, and what to add to a code to get the symbol's place. */
  readonly greatest: Int32Array
  readonly shift: Int32Array
  readonly symbols: Uint8Array
}

/** The tables of a DHT segment, by class and number: DC at 0 to 15, AC from 16 on. @throws Error where a DC symbol is no size */
export function readHuffman(part: Uint8Array, tables: Huffman[]): void {
  for (let at = 0; at + 17 <= part.length;) {
    const counts = part.subarray(at + 1, at + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const symbols = part.slice(at + 17, at + 17 + total)
    const isAc = part[at] >> 4 !== 0
    if (!isAc && symbols.some((size) => size > 15)) throw new Error('JPEG table of impossible sizes')
    tables[(isAc ? 16 : 0) + (part[at] & 15)] = huffman(counts, symbols, isAc)
    at += 17 + total
  }
}

function huffman(counts: Uint8Array, symbols: Uint8Array, isAc: boolean): Huffman {
  const short = new Uint16Array(1 << LOOK)
  const greatest = new Int32Array(18).fill(-1)
  const shift = new Int32Array(18)
  let [code, place] = [0, 0]
  for (let length = 1; length <= 16; length++) {
    shift[length] = place - code
    for (let i = 0; i < counts[length - 1]; i++, code++, place++) {
      if (length > LOOK) continue
      const first = code << (LOOK - length)
      short.fill((length << 8) | symbols[place], first, first + (1 << (LOOK - length)))
    }
    if (counts[length - 1] > 0) greatest[length] = code - 1
    code <<= 1
  }
  return { short, fast: isAc ? withValues(short) : new Int32Array(0), greatest, shift, symbols }
}

function withValues(short: Uint16Array): Int32Array {
  const fast = new Int32Array(short.length)
  for (let bits = 0; bits < fast.length; bits++) {
    const length = short[bits] >> 8
    const symbol = short[bits] & 0xff
    const size = symbol & 15
    const all = length + size
    if (length === 0 || all > LOOK) continue
    if (symbol === 0) fast[bits] = END | length
    else if (size > 0) fast[bits] = (signed((bits >> (LOOK - all)) & ((1 << size) - 1), size) << 16) | ((symbol >> 4) << 8) | all
  }
  return fast
}

/** What so many bits of a coefficient stand for. */
export function signed(bits: number, size: number): number {
  return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits
}
