/** Numbers of bits, each with its value, lowest bit first, as bytes. */
function packed(fields: readonly (readonly [bits: number, value: number])[]): {
  readonly bytes: Uint8Array
  readonly bits: number
} {
  const bits = fields.reduce((sum, [count]) => sum + count, 0)
  const bytes = new Uint8Array(Math.ceil(bits / 8))
  let at = 0
  for (const [count, value] of fields) for (let i = 0; i < count; i++, at++) bytes[at >> 3] |= ((value >> i) & 1) << (at & 7)
  return { bytes, bits }
}

/** A deflate block of the fixed code that holds nothing: kind 1, end of block. */
const EMPTY = [
  [3, 0b010],
  [7, 0],
] as const
/** One of a code of its own, of 93 bits: an odd number. The end of the block is its only symbol. */
const ODD_EMPTY = [
  [3, 0b100],
  // 257 literals, 1 distance, 18 lengths of the code of code lengths: 18 (zeros) and 0 take 2 bits, 1 takes one.
  [5, 0],
  [5, 0],
  [4, 14],
  ...[0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1].map((length) => [3, length] as const),
  // 138 and 118 zeros, then 1; no distance.
  [2, 0b11],
  [7, 138 - 11],
  [2, 0b11],
  [7, 118 - 11],
  [1, 0],
  [2, 0b01],
  [1, 0],
] as const

/** Blocks without content whose bits end at each place in a byte. */
const LEADS = [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => {
  for (let count = 0; ; count++) {
    const lead = packed([...(bit % 2 === 1 ? ODD_EMPTY : []), ...Array.from({ length: count }, () => EMPTY).flat()])
    if (lead.bits % 8 === bit) return lead.bytes
  }
})

/**
 * A deflate stream that goes on at a bit of the first byte, as one that begins with a byte: blocks without content take the place of the
 * bits before it, so that what must begin with a byte (stored blocks) still does.
 */
export function toBit(bytes: Uint8Array, bit: number): Uint8Array {
  if (bit === 0) return bytes
  const lead = LEADS[bit]
  const stream = new Uint8Array(lead.length - 1 + bytes.length)
  stream.set(lead)
  stream.set(bytes.subarray(1), lead.length)
  stream[lead.length - 1] |= bytes[0] & (0xff << bit)
  return stream
}
