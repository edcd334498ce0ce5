import { InvalidMosaicError, TooLargeError } from '../errors.ts'
import type { IndexBuilder } from './index-builder.ts'

/** No member but `tiles`, and no asset, is longer: what arrives in pieces is kept until it is whole. */
const MAX_PIECE = 16 * 1024 * 1024
const MAX_DEPTH = 256
/** Thrown where the bytes end in the middle of a piece, caught where more of them may come. */
const cut = new Error('cut')

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x7b, 0x7d, 0x5b, 0x5d]

type Step =
  | 'start'
  | 'member'
  | 'firstMember'
  | 'memberEnd'
  | 'key'
  | 'firstKey'
  | 'keyEnd'
  | 'asset'
  | 'firstAsset'
  | 'assetEnd'
  | 'end'

/**
 * Reads a MosaicJSON document piece by piece as its bytes arrive: `tiles` goes to the index at once and never becomes objects,
 * every other member goes through JSON.parse. Only JSON and the shape of `tiles` are checked here.
 */
export class DocumentScanner {
  readonly #index: IndexBuilder
  readonly #members = new Map<string, unknown>()
  #step: Step = 'start'
  #buffer: Buffer = Buffer.alloc(0)
  #position = 0
  /** Bytes before the buffer. */
  #before = 0
  /** A piece that was cut is tried again when this much is there, so that a long one is not read over and over. */
  #wanted = 0
  #seenTiles = false
  #keyLength: number | undefined
  #key = ''
  #assetsOfKey = 0

  constructor(index: IndexBuilder) {
    this.#index = index
  }

  /** @throws InvalidMosaicError, TooLargeError */
  feed(bytes: Uint8Array): void {
    this.#buffer = this.#buffer.length === 0 ? asBuffer(bytes) : Buffer.concat([this.#buffer, bytes])
    if (this.#buffer.length >= this.#wanted) this.#read(false)
  }

  /** The members without `tiles`, and the length of the quadkeys, undefined if there is none. @throws InvalidMosaicError */
  finish(): { members: Record<string, unknown>; keyLength: number | undefined } {
    this.#read(true)
    if (!this.#seenTiles) throw new InvalidMosaicError('not a MosaicJSON document: the member "tiles" is missing')
    // fromEntries makes own members of every name: "__proto__" is a name like any other.
    return { members: Object.fromEntries(this.#members), keyLength: this.#keyLength }
  }

  #read(last: boolean): void {
    let done = 0
    try {
      for (;;) {
        this.#take()
        done = this.#position
      }
    } catch (error) {
      if (error !== cut) throw error
    }
    if (last && this.#step !== 'end') {
      this.#position = this.#buffer.length
      throw this.#invalid('the document ends too early')
    }
    this.#buffer = this.#buffer.subarray(done)
    this.#before += done
    this.#position = 0
    this.#wanted = this.#buffer.length * 2
    if (this.#buffer.length > MAX_PIECE) throw new TooLargeError(`mosaic: one member or asset has more than ${MAX_PIECE} bytes`)
  }

  /** One step; throws `cut` where the bytes end in the middle of it. */
  #take(): void {
    const byte = this.#next()
    switch (this.#step) {
      case 'start':
        return this.#open(byte)
      case 'firstMember':
      case 'member':
        if (byte === BRACE_END && this.#step === 'firstMember') return this.#pass('end')
        return this.#readMember()
      case 'memberEnd':
        return this.#comma(byte, BRACE_END, 'member', 'end')
      case 'firstKey':
      case 'key':
        if (byte === BRACE_END && this.#step === 'firstKey') return this.#pass('memberEnd')
        return this.#readKey()
      case 'keyEnd':
        return this.#comma(byte, BRACE_END, 'key', 'memberEnd')
      case 'firstAsset':
      case 'asset':
        if (byte === BRACKET_END && this.#step === 'firstAsset') return this.#pass('keyEnd')
        return this.#readAsset(byte)
      case 'assetEnd':
        return this.#comma(byte, BRACKET_END, 'asset', 'keyEnd')
      case 'end':
        throw this.#invalid('there is something after the end of the document')
    }
  }

  #pass(step: Step): void {
    this.#position++
    this.#step = step
  }

  #comma(byte: number, close: number, next: Step, end: Step): void {
    if (byte === COMMA) return this.#pass(next)
    if (byte === close) return this.#pass(end)
    throw this.#invalid(`expected "," or "${String.fromCharCode(close)}"`)
  }

  #open(byte: number): void {
    if (byte === 0xef && this.#before + this.#position === 0) {
      // A byte order mark: not JSON, but harmless and common.
      if (this.#buffer.length < 3) throw cut
      this.#position = 3
      return
    }
    if (byte !== BRACE) throw this.#invalid('not a MosaicJSON document: expected "{"')
    this.#pass('firstMember')
  }

  #readMember(): void {
    const name = this.#readString('the name of a member')
    this.#expect(COLON, ':')
    const first = this.#next()
    if (name === 'tiles') {
      if (first !== BRACE) throw this.#invalid('"tiles" must be an object of quadkeys')
      if (this.#seenTiles) throw this.#invalid('"tiles" is there twice')
      this.#seenTiles = true
      return this.#pass('firstKey')
    }
    const start = this.#position
    this.#skipValue()
    this.#members.set(name, this.#parse(start, this.#position, JSON.stringify(name)))
    this.#step = 'memberEnd'
  }

  #readKey(): void {
    const start = this.#position
    const key = this.#readString('a quadkey')
    if (!/^[0-3]*$/.test(key) || key.length > 30) {
      throw this.#invalid(`tiles: ${shown(key)} is not a quadkey (at most 30 digits from 0 to 3)`, start)
    }
    if (key.length !== (this.#keyLength ?? key.length)) {
      throw this.#invalid(`tiles: quadkey ${shown(key)} has ${key.length} digits, the ones before it ${this.#keyLength}`, start)
    }
    this.#expect(COLON, ':')
    if (this.#next() !== BRACKET) throw this.#invalid(`tiles: ${shown(key)} must be an array of assets`)
    this.#keyLength = key.length
    this.#key = key
    this.#assetsOfKey = 0
    this.#index.addKey(key)
    this.#pass('firstAsset')
  }

  #readAsset(byte: number): void {
    if (byte !== QUOTE) throw this.#invalid(`tiles: ${shown(this.#key)}[${this.#assetsOfKey}] must be a string`)
    const start = this.#position
    const escaped = this.#skipString()
    const end = this.#position
    if (escaped) {
      const text = Buffer.from(String(this.#parse(start, end, `tiles: ${shown(this.#key)}[${this.#assetsOfKey}]`)))
      this.#index.addAsset(text, 0, text.length)
    } else {
      this.#index.addAsset(this.#buffer, start + 1, end - 1)
    }
    this.#assetsOfKey++
    this.#step = 'assetEnd'
  }

  /** The next byte that is not white space, which stays. */
  #next(): number {
    for (; this.#position < this.#buffer.length; this.#position++) {
      const byte = this.#buffer[this.#position]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
    }
    throw cut
  }

  #expect(byte: number, name: string): void {
    if (this.#next() !== byte) throw this.#invalid(`expected "${name}"`)
    this.#position++
  }

  #readString(what: string): string {
    if (this.#next() !== QUOTE) throw this.#invalid(`expected ${what} in quotes`)
    const start = this.#position
    const escaped = this.#skipString()
    if (escaped) return String(this.#parse(start, this.#position, what))
    return this.#buffer.toString('utf8', start + 1, this.#position - 1)
  }

  /** Goes behind the string that begins here. Whether it has escapes. */
  #skipString(): boolean {
    const buffer = this.#buffer
    let escaped = false
    for (let i = this.#position + 1; i < buffer.length; i++) {
      const byte = buffer[i]
      if (byte === QUOTE) {
        this.#position = i + 1
        return escaped
      }
      if (byte < 0x20) throw this.#invalid('a control character in a string', i)
      if (byte === BACKSLASH) {
        escaped = true
        i++
      }
    }
    throw cut
  }

  /** Goes behind the value that begins here; it is only checked to be whole. */
  #skipValue(): void {
    const start = this.#position
    let depth = 0
    do {
      const byte = this.#next()
      if (byte === QUOTE) this.#skipString()
      else {
        if (byte === BRACE || byte === BRACKET) depth++
        else if (byte === BRACE_END || byte === BRACKET_END) depth--
        else if (depth === 0) return this.#skipWord()
        this.#position++
      }
      if (depth > MAX_DEPTH) throw this.#invalid(`more than ${MAX_DEPTH} levels of brackets`)
    } while (depth > 0)
    if (depth < 0) throw this.#invalid('expected a value', start)
  }

  /** A number, true, false or null: it ends before the next delimiter. */
  #skipWord(): void {
    const start = this.#position
    for (; this.#position < this.#buffer.length; this.#position++) {
      const byte = this.#buffer[this.#position]
      if (byte <= 0x20 || byte === COMMA || byte === BRACE_END) {
        if (this.#position === start) throw this.#invalid('expected a value')
        return
      }
    }
    throw cut
  }

  #parse(start: number, end: number, what: string): unknown {
    try {
      return JSON.parse(this.#buffer.toString('utf8', start, end))
    } catch (cause) {
      throw new InvalidMosaicError(`${what} at byte ${this.#before + start} is not JSON: ${(cause as Error).message}`, { cause })
    }
  }

  #invalid(message: string, position = this.#position): InvalidMosaicError {
    return new InvalidMosaicError(`${message} (at byte ${this.#before + position})`)
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A key for a message: the beginning says enough. */
function shown(key: string): string {
  return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}\u2026` : key)
}
