import { InvalidMosaicError } from '../errors.ts'

/** Thrown where the bytes end in the middle of a piece, caught where more of them may come. */
export const CUT = new Error('the bytes end here')

const MAX_DEPTH = 256

export const QUOTE = 0x22
const BACKSLASH = 0x5c
export const COMMA = 0x2c
export const COLON = 0x3a
export const BRACE = 0x7b
export const BRACE_END = 0x7d
export const BRACKET = 0x5b
export const BRACKET_END = 0x5d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** A place in JSON of which some bytes are here and others are still to come. Every read throws {@link CUT} where they end. */
export class JsonCursor {
  buffer: Buffer = Buffer.alloc(0)
  /** Of the next byte, in the buffer. */
  position = 0
  /** Bytes before the buffer. */
  #before = 0

  add(bytes: Uint8Array): void {
    const added = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.buffer = this.buffer.length === 0 ? added : Buffer.concat([this.buffer, added])
  }

  /** Lets go of the bytes before `position`, which becomes the beginning. */
  drop(position: number): void {
    this.buffer = this.buffer.subarray(position)
    this.#before += position
    this.position = 0
  }

  /** The next byte that is not white space, which stays. */
  next(): number {
    this.skipSpace()
    if (this.position === this.buffer.length) throw CUT
    return this.buffer[this.position]
  }

  skipSpace(): void {
    for (; this.position < this.buffer.length; this.position++) {
      const byte = this.buffer[this.position]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
    }
  }

  expect(byte: number): void {
    if (this.next() !== byte) throw this.invalid(`expected "${String.fromCharCode(byte)}"`)
    this.position++
  }

  /** Not JSON, but harmless and common at the beginning of files. */
  skipByteOrderMark(): void {
    if (this.#before + this.position > 0 || this.buffer[0] !== BYTE_ORDER_MARK[0]) return
    if (this.buffer.length < BYTE_ORDER_MARK.length) throw CUT
    if (this.buffer.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) this.position = BYTE_ORDER_MARK.length
  }

  readString(what: string): string {
    if (this.next() !== QUOTE) throw this.invalid(`expected ${what} in quotes`)
    const start = this.position
    const escaped = this.skipString()
    if (escaped) return String(this.parse(start, what))
    return this.buffer.toString('utf8', start + 1, this.position - 1)
  }

  /** Goes behind the string that begins here. Whether it has escapes. */
  skipString(): boolean {
    const { buffer } = this
    let escaped = false
    for (let i = this.position + 1; i < buffer.length; i++) {
      const byte = buffer[i]
      if (byte === QUOTE) {
        this.position = i + 1
        return escaped
      }
      if (byte < 0x20) throw this.invalid('a control character in a string', i)
      if (byte === BACKSLASH) {
        escaped = true
        i++
      }
    }
    throw CUT
  }

  /** Goes behind the value that begins here; it is only checked to be whole. */
  skipValue(): void {
    const start = this.position
    let depth = 0
    do {
      const byte = this.next()
      if (byte === QUOTE) this.skipString()
      else {
        if (byte === BRACE || byte === BRACKET) depth++
        else if (byte === BRACE_END || byte === BRACKET_END) depth--
        else if (depth === 0) return this.#skipWord()
        this.position++
      }
      if (depth > MAX_DEPTH) throw this.invalid(`more than ${MAX_DEPTH} levels of brackets`)
    } while (depth > 0)
    if (depth < 0) throw this.invalid('expected a value', start)
  }

  /** A number, true, false or null: it ends before the next delimiter. */
  #skipWord(): void {
    const start = this.position
    for (; this.position < this.buffer.length; this.position++) {
      const byte = this.buffer[this.position]
      if (byte <= 0x20 || byte === COMMA || byte === BRACE_END) {
        if (this.position === start) throw this.invalid('expected a value')
        return
      }
    }
    throw CUT
  }

  /** The value between `start` and here. @throws InvalidMosaicError */
  parse(start: number, what: string): unknown {
    try {
      return JSON.parse(this.buffer.toString('utf8', start, this.position))
    } catch (cause) {
      throw new InvalidMosaicError(`${what} at byte ${this.#before + start} is not JSON: ${(cause as Error).message}`, { cause })
    }
  }

  invalid(message: string, position = this.position): InvalidMosaicError {
    return new InvalidMosaicError(`${message} (at byte ${this.#before + position})`)
  }
}
