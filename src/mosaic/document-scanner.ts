import { InvalidMosaicError, TooLargeError } from '../errors.ts'
import type { IndexBuilder } from './index-builder.ts'
import { BRACE, BRACE_END, BRACKET, BRACKET_END, COLON, COMMA, CUT, JsonCursor, QUOTE } from './json-cursor.ts'

/** Bytes of all members but `tiles` together, and of one asset: they are kept until they are whole, and become objects. */
const MAX_MEMBERS = 4 * 1024 * 1024
const MAX_DIGITS = 30

/** What comes next. */
type Step =
  | 'document'
  | 'firstMember'
  | 'member'
  | 'memberEnd'
  | 'firstKey'
  | 'key'
  | 'keyEnd'
  | 'firstAsset'
  | 'asset'
  | 'assetEnd'
  | 'end'

/**
 * Reads a MosaicJSON document piece by piece as its bytes arrive: `tiles` goes to the index at once and never becomes objects,
 * every other member goes through JSON.parse. Only JSON and the shape of `tiles` are checked here.
 */
export class DocumentScanner {
  readonly #index: IndexBuilder
  readonly #cursor = new JsonCursor()
  readonly #members = new Map<string, unknown>()
  #memberBytes = 0
  #step: Step = 'document'
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
    this.#cursor.add(bytes)
    if (this.#cursor.buffer.length >= this.#wanted) this.#read()
  }

  /** The members without `tiles`, and the length of the quadkeys, undefined if there is none. @throws InvalidMosaicError */
  finish(): { members: Record<string, unknown>; keyLength: number | undefined } {
    this.#read()
    if (this.#step !== 'end') throw this.#cursor.invalid('the document ends too early', this.#cursor.buffer.length)
    if (!this.#seenTiles) throw new InvalidMosaicError('not a MosaicJSON document: the member "tiles" is missing')
    // fromEntries makes own members of every name: "__proto__" is a name like any other.
    return { members: Object.fromEntries(this.#members), keyLength: this.#keyLength }
  }

  /** All steps that are whole; what is left waits for more bytes. */
  #read(): void {
    let done = 0
    try {
      for (;;) {
        this.#cursor.skipSpace()
        done = this.#cursor.position
        this.#take(this.#cursor.next())
      }
    } catch (error) {
      if (error !== CUT) throw error
    }
    this.#cursor.drop(done)
    const left = this.#cursor.buffer.length
    this.#wanted = left * 2
    if (left > MAX_MEMBERS) throw tooLong()
  }

  #take(byte: number): void {
    switch (this.#step) {
      case 'document':
        return this.#open()
      case 'firstMember':
      case 'member':
        if (byte === BRACE_END && this.#step === 'firstMember') return this.#pass('end')
        return this.#readMember()
      case 'memberEnd':
        return this.#separate(byte, BRACE_END, 'member', 'end')
      case 'firstKey':
      case 'key':
        if (byte === BRACE_END && this.#step === 'firstKey') return this.#pass('memberEnd')
        return this.#readKey()
      case 'keyEnd':
        return this.#separate(byte, BRACE_END, 'key', 'memberEnd')
      case 'firstAsset':
      case 'asset':
        if (byte === BRACKET_END && this.#step === 'firstAsset') return this.#pass('keyEnd')
        return this.#readAsset(byte)
      case 'assetEnd':
        return this.#separate(byte, BRACKET_END, 'asset', 'keyEnd')
      case 'end':
        throw this.#cursor.invalid('there is something behind the end of the document')
    }
  }

  #pass(step: Step): void {
    this.#cursor.position++
    this.#step = step
  }

  #separate(byte: number, close: number, next: Step, end: Step): void {
    if (byte === COMMA) return this.#pass(next)
    if (byte === close) return this.#pass(end)
    throw this.#cursor.invalid(`expected "," or "${String.fromCharCode(close)}"`)
  }

  #open(): void {
    this.#cursor.skipByteOrderMark()
    if (this.#cursor.next() !== BRACE) throw this.#cursor.invalid('not a MosaicJSON document: expected "{"')
    this.#pass('firstMember')
  }

  #readMember(): void {
    const cursor = this.#cursor
    const start = cursor.position
    const name = cursor.readString('the name of a member')
    cursor.expect(COLON)
    const first = cursor.next()
    if (name === 'tiles') {
      if (first !== BRACE) throw cursor.invalid('"tiles" must be an object of quadkeys')
      if (this.#seenTiles) throw cursor.invalid('"tiles" is there twice')
      this.#seenTiles = true
      return this.#pass('firstKey')
    }
    const valueStart = cursor.position
    cursor.skipValue()
    this.#memberBytes += cursor.position - start
    if (this.#memberBytes > MAX_MEMBERS) throw tooLong()
    this.#members.set(name, cursor.parse(valueStart, JSON.stringify(name)))
    this.#step = 'memberEnd'
  }

  #readKey(): void {
    const cursor = this.#cursor
    const start = cursor.position
    const key = cursor.readString('a quadkey')
    if (!/^[0-3]*$/.test(key) || key.length > MAX_DIGITS) {
      throw cursor.invalid(`tiles: ${shown(key)} is not a quadkey (at most ${MAX_DIGITS} digits from 0 to 3)`, start)
    }
    if (key.length !== (this.#keyLength ?? key.length)) {
      throw cursor.invalid(`tiles: quadkey ${shown(key)} has ${key.length} digits, the ones before it ${this.#keyLength}`, start)
    }
    cursor.expect(COLON)
    if (cursor.next() !== BRACKET) throw cursor.invalid(`tiles: ${shown(key)} must be an array of assets`)
    this.#keyLength = key.length
    this.#key = key
    this.#assetsOfKey = 0
    this.#index.addKey(key)
    this.#pass('firstAsset')
  }

  #readAsset(byte: number): void {
    const cursor = this.#cursor
    if (byte !== QUOTE) throw cursor.invalid(`tiles: ${shown(this.#key)}[${this.#assetsOfKey}] must be a string`)
    const start = cursor.position
    const escaped = cursor.skipString()
    if (escaped) {
      const text = Buffer.from(String(cursor.parse(start, `tiles: ${shown(this.#key)}[${this.#assetsOfKey}]`)))
      this.#index.addAsset(text, 0, text.length)
    } else {
      this.#index.addAsset(cursor.buffer, start + 1, cursor.position - 1)
    }
    this.#assetsOfKey++
    this.#step = 'assetEnd'
  }
}

function tooLong(): TooLargeError {
  return new TooLargeError(`the mosaic document has more than ${MAX_MEMBERS} bytes beside its tiles, or in one asset`)
}

/** A key for a message: the beginning says enough. */
function shown(key: string): string {
  return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}\u2026` : key)
}
