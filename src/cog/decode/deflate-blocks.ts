import { freeMemory } from '../../raster/free-memory.ts'

/** A place in a deflate stream where a block begins: from there on it can be inflated, given the 32 KiB before it. */
export interface DeflateBlock {
  /** Position in the stream, in bits. */
  readonly bit: number
  /** Bytes that the stream has given up to here. */
  readonly out: number
}

/** The longest code of a deflate stream, in bits. */
const LONGEST = 15
/** Order in which the lengths of the code of code lengths are stored. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** Bits of which the table fits in the processor's first cache. */
const SHORT = 11
/** What reading in words of 32 bits may read too much. */
const PADDING = 8

/** In a {@link Code}: the bits of the code, those that follow it, and what it stands for. */
const BITS = 0x1f
const EXTRA_AT = 5
const VALUE_AT = 9
/** What stands for fewer are so many literals: a code has no more than 15 bits. */
const MATCH = 16

/** By the next bits of the stream (`mask` of them): what they begin with; 0: no code. `short` by fewer of them; 0: they are too few. */
interface Code {
  readonly short: Int32Array
  readonly table: Int32Array
  readonly mask: number
}

interface Codes {
  readonly literals: Code
  readonly distances: Code
}

/** Of symbol 257 on: length of the match << 4 | bits that follow. */
const LENGTHS = Int32Array.from({ length: 29 }, (_, i) => {
  const extra = i < 8 || i === 28 ? 0 : (i >> 2) - 1
  return (((i === 28 ? 258 : i < 8 ? i + 3 : ((4 + (i & 3)) << extra) + 3) << 4) | extra) >>> 0
})

const FIXED = (() => {
  const lengths = Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))
  return { literals: codeOf(lengths, literalValue), distances: codeOf(new Uint8Array(30).fill(5), distanceValue) }
})()

/** Where the reader of a stream is. */
interface Reader {
  /** Followed by {@link PADDING} zeros. */
  readonly view: DataView
  at: number
  /** The last `count` bits taken from the stream, the next one lowest. */
  held: number
  count: number
  /** Bytes that the stream has given. */
  out: number
}

/**
 * Goes through a zlib stream without writing what it holds, and says where its blocks begin. `ends[i]` becomes the number of bytes of
 * the stream after which the first (i + 1) * `step` bytes that it holds are known. Twice the time of inflating it natively.
 * @returns bytes that the stream holds. @throws Error where it is corrupt or cut
 */
export function skimDeflate(bytes: Uint8Array, step: number, ends: Uint32Array, visit: (block: DeflateBlock) => void): number {
  const padded = new Uint8Array(bytes.length + PADDING)
  padded.set(bytes)
  const reader: Reader = { view: new DataView(padded.buffer), at: 2, held: 0, count: 0, out: 0 }
  let known = 0
  /** @returns the next number of bytes held that is of interest */
  const pass = (): number => {
    const end = reader.at - (reader.count >> 3)
    if (end > bytes.length) throw new Error('deflate stream is cut')
    while (known < ends.length && reader.out >= (known + 1) * step) ends[known++] = end
    return known < ends.length ? (known + 1) * step : reader.out + step
  }
  for (let isLast = false; !isLast;) {
    let until = pass()
    visit({ bit: reader.at * 8 - reader.count, out: reader.out })
    isLast = take(reader, 1) === 1
    const kind = take(reader, 2)
    if (kind === 0) skipStored(reader)
    else {
      const codes = kind === 1 ? FIXED : kind === 2 ? readCodes(reader) : undefined
      if (!codes) throw new Error('deflate block of no kind')
      while (!skipCodes(reader, codes, until)) until = pass()
    }
  }
  pass()
  freeMemory(padded)
  return reader.out
}

function take(reader: Reader, bits: number): number {
  while (reader.count < bits) {
    reader.held |= reader.view.getUint8(reader.at++) << reader.count
    reader.count += 8
  }
  const value = reader.held & ((1 << bits) - 1)
  reader.held >>>= bits
  reader.count -= bits
  return value
}

function skipStored(reader: Reader): void {
  const at = reader.at - (reader.count >> 3)
  const length = reader.view.getUint16(at, true)
  reader.at = at + 4 + length
  reader.held = reader.count = 0
  reader.out += length
}

/** Goes on to the end of the block: true, or until so many bytes have been given. The hot loop: its state is in locals. */
function skipCodes(reader: Reader, { literals, distances }: Codes, until: number): boolean {
  const { view } = reader
  let { at, held, count, out } = reader
  let isEnd = false
  while (out < until) {
    // At least 24 bits: whole bytes of the next four, as many as there is room for.
    held |= view.getUint32(at, true) << count
    at += (31 - count) >> 3
    count |= 24
    let code = literals.short[held & ((1 << SHORT) - 1)]
    if (code === 0) code = literals.table[held & literals.mask]
    held >>>= code & BITS
    count -= code & BITS
    const value = code >> VALUE_AT
    if (value < MATCH) {
      out += value
      if (value > 0) continue
      if (code === 0) throw new Error('deflate code that is not in its table')
      isEnd = true
      break
    }
    const more = (code >> EXTRA_AT) & 15
    out += value - MATCH + (held & ((1 << more) - 1))
    held >>>= more
    count -= more
    held |= view.getUint32(at, true) << count
    at += (31 - count) >> 3
    count |= 24
    let distance = distances.short[held & ((1 << SHORT) - 1)]
    if (distance === 0) distance = distances.table[held & distances.mask]
    if (distance === 0) throw new Error('deflate distance that is not in its table')
    held >>>= distance & BITS
    count -= distance & BITS
    const skipped = distance >> EXTRA_AT
    if (count < skipped) {
      held |= view.getUint32(at, true) << count
      at += (31 - count) >> 3
      count |= 24
    }
    held >>>= skipped
    count -= skipped
  }
  Object.assign(reader, { at, held, count, out })
  return isEnd
}

function readCodes(reader: Reader): Codes {
  const bits = (count: number) => take(reader, count)
  const [literals, distances, stored] = [bits(5) + 257, bits(5) + 1, bits(4) + 4]
  const own = new Uint8Array(19)
  for (let i = 0; i < stored; i++) own[ORDER[i]] = bits(3)
  const { table, mask } = codeOf(own, (symbol) => symbol << VALUE_AT)
  const lengths = new Uint8Array(literals + distances)
  for (let i = 0; i < lengths.length;) {
    let length = 0
    let code = 0
    let width = 0
    // Bit by bit: what follows the last code may not be in the stream.
    do {
      code |= bits(1) << width++
      length = table[code & mask] & BITS
    } while (width < 7 && (length === 0 || length > width))
    if (length !== width) throw new Error('deflate code that is not in its table')
    const symbol = table[code] >> VALUE_AT
    if (symbol < 16) lengths[i++] = symbol
    else {
      const value = symbol === 16 ? lengths[i - 1] : 0
      const end = i + (symbol === 16 ? 3 + bits(2) : symbol === 17 ? 3 + bits(3) : 11 + bits(7))
      lengths.fill(value, i, end)
      i = end
    }
  }
  return {
    literals: codeOf(lengths.subarray(0, literals), literalValue),
    distances: codeOf(lengths.subarray(literals), distanceValue),
  }
}

/** 1: a literal; 0: the end of the block; else MATCH and the length of a match, and the bits that follow. */
function literalValue(symbol: number): number {
  if (symbol < 256) return 1 << VALUE_AT
  if (symbol === 256) return 0
  const length = LENGTHS[symbol - 257] ?? 0
  return (((length >> 4) + MATCH) << VALUE_AT) | ((length & 15) << EXTRA_AT)
}

/** Bits that follow. */
function distanceValue(symbol: number): number {
  return symbol < 4 ? 0 : ((symbol >> 1) - 1) << EXTRA_AT
}

/** What short bits begin with: several literals where all of them are seen, as most come in such runs. */
function shortOf(table: Int32Array): Int32Array {
  const short = new Int32Array(1 << SHORT)
  for (let bits = 0; bits < short.length; bits++) {
    const code = table[bits & (table.length - 1)]
    let length = code & BITS
    if (length > SHORT) continue
    let count = code >> VALUE_AT
    short[bits] = code
    if (count !== 1) continue
    for (; ; count++) {
      const next = table[(bits >> length) & (table.length - 1)]
      if (next >> VALUE_AT !== 1 || (next & BITS) + length > SHORT) break
      length += next & BITS
    }
    short[bits] = (count << VALUE_AT) | length
  }
  return short
}

/** The canonical code of these lengths. */
function codeOf(lengths: Uint8Array, valueOf: (symbol: number) => number): Code {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const table = new Int32Array(1 << longest)
  let code = 0
  for (let length = 1; length <= Math.min(longest, LONGEST); length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue
      let reversed = 0
      for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit)
      const entry = valueOf(symbol) | length
      for (let i = reversed; i < table.length; i += 1 << length) table[i] = entry
      code++
    }
    code <<= 1
  }
  return { short: shortOf(table), table, mask: table.length - 1 }
}
