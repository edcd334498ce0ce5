/** A Huffman table of a JPEG stream. */
export interface Huffman {
  /** Length << 8 | symbol of every code of up to 8 bits, by its next 8 bits; 0: longer. */
  readonly short: Uint16Array
  /** By length: greatest code, and what to add to a code to get the symbol's place. */
  readonly greatest: Int32Array
  readonly shift: Int32Array
  readonly symbols: Uint8Array
}

/** Tables of one component in a scan. */
export interface ScanComponent {
  readonly dc: Huffman
  readonly ac: Huffman
  readonly quantizer: Int32Array
}

// prettier-ignore
const ZIGZAG = Uint8Array.of(
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
)

/** The entropy-coded bits of a scan. */
export class EntropyBits {
  readonly #bytes: Uint8Array
  #at: number
  #held = 0
  #count = 0
  /** The block that was read last has no coefficient but the first. */
  isFlat = false

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  /** Goes on after the next restart marker. */
  restart(): void {
    this.#held = 0
    this.#count = 0
    const bytes = this.#bytes
    while (
      this.#at + 1 < bytes.length &&
      !(bytes[this.#at] === 0xff && bytes[this.#at + 1] >= 0xd0 && bytes[this.#at + 1] <= 0xd7)
    ) {
      this.#at++
    }
    this.#at += 2
  }

  /** A block that only has to be passed. */
  skipBlock({ dc, ac }: ScanComponent): void {
    const size = this.#symbol(dc)
    if (size > 0) this.#take(size)
    for (let k = 1; k < 64; k++) {
      const symbol = this.#symbol(ac)
      const length = symbol & 15
      if (length > 0) this.#take(length)
      else if (symbol !== 0xf0) return
      k += symbol >> 4
    }
  }

  /** Coefficients but the first, whose difference is returned. */
  readBlock({ dc, ac, quantizer }: ScanComponent, block: Int32Array): number {
    const difference = this.#value(this.#symbol(dc))
    this.isFlat = true
    for (let k = 1; k < 64; k++) {
      const symbol = this.#symbol(ac)
      const length = symbol & 15
      if (length === 0 && symbol !== 0xf0) break
      k += symbol >> 4
      if (k < 64 && length > 0) {
        block[ZIGZAG[k]] = this.#value(length) * quantizer[k]
        this.isFlat = false
      }
    }
    return difference
  }

  #value(size: number): number {
    if (size === 0) return 0
    const bits = this.#take(size)
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits
  }

  /** At least 16 bits more, zeros after the end. */
  #fill(): void {
    while (this.#count <= 16) {
      let byte = 0
      if (this.#at < this.#bytes.length) {
        byte = this.#bytes[this.#at]
        if (byte !== 0xff) this.#at++
        else if (this.#bytes[this.#at + 1] === 0) this.#at += 2
        // A marker: the scan has ended.
        else byte = 0
      }
      this.#held = ((this.#held << 8) | byte) & 0x1ffffff
      this.#count += 8
    }
  }

  #take(size: number): number {
    if (this.#count < size) this.#fill()
    this.#count -= size
    return (this.#held >> this.#count) & ((1 << size) - 1)
  }

  #symbol({ short, greatest, shift, symbols }: Huffman): number {
    if (this.#count < 16) this.#fill()
    const known = short[(this.#held >> (this.#count - 8)) & 0xff]
    if (known !== 0) {
      this.#count -= known >> 8
      return known & 0xff
    }
    for (let length = 9; length <= 16; length++) {
      const code = (this.#held >> (this.#count - length)) & ((1 << length) - 1)
      if (code > greatest[length]) continue
      this.#count -= length
      return symbols[code + shift[length]]
    }
    throw new Error('JPEG code that is not in its table')
  }
}
