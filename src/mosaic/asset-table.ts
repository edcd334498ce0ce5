const FIRST_SLOTS = 1024

/** Asset strings, each kept once as UTF-8 in one array: a million addresses take what their letters take and four bytes more each. */
export class AssetTable {
  #text = new Uint8Array(16 * 1024)
  #ends = new Uint32Array(FIRST_SLOTS / 2)
  #count = 0
  /** Open addressing, by hash; a slot holds id + 1. Dropped by {@link sealed}. */
  #slots = new Uint32Array(FIRST_SLOTS)
  #hashes = new Uint32Array(FIRST_SLOTS / 2)

  get size(): number {
    return this.#count
  }

  /** Bytes that stay when it is sealed. */
  get keptBytes(): number {
    return this.#start(this.#count) + this.#count * Uint32Array.BYTES_PER_ELEMENT
  }

  /** The id of the text at buffer[start, end), new or known. */
  intern(buffer: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ buffer[i], 0x01000193)
    // FNV leaves the low bits of similar texts close to each other.
    hash = (hash ^ (hash >>> 15)) >>> 0
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = this.#slots[slot] - 1
      if (this.#hashes[id] === hash && this.#equals(id, buffer, start, end)) return id
    }
    return this.#add(slot, hash, buffer.subarray(start, end))
  }

  /** All texts behind each other and where each of them ends, in memory of just their size. Nothing can be added any more. */
  sealed(): { readonly text: Uint8Array; readonly ends: Uint32Array } {
    this.#slots = new Uint32Array(0)
    this.#hashes = new Uint32Array(0)
    return { text: this.#text.slice(0, this.#start(this.#count)), ends: this.#ends.slice(0, this.#count) }
  }

  #start(id: number): number {
    return id === 0 ? 0 : this.#ends[id - 1]
  }

  #equals(id: number, buffer: Uint8Array, start: number, end: number): boolean {
    const from = this.#start(id)
    if (this.#ends[id] - from !== end - start) return false
    for (let i = 0; i < end - start; i++) if (this.#text[from + i] !== buffer[start + i]) return false
    return true
  }

  #add(slot: number, hash: number, text: Uint8Array): number {
    const id = this.#count
    const start = this.#start(id)
    if (start + text.length > this.#text.length) this.#text = grown(this.#text, start + text.length)
    this.#text.set(text, start)
    this.#count++
    if (this.#count > this.#ends.length) {
      this.#ends = grown(this.#ends, this.#count)
      this.#hashes = grown(this.#hashes, this.#count)
    }
    this.#ends[id] = start + text.length
    this.#hashes[id] = hash
    this.#slots[slot] = id + 1
    if (this.#count * 2 > this.#slots.length) this.#rehash()
    return id
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let id = 0; id < this.#count; id++) {
      let slot = this.#hashes[id] & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = id + 1
    }
    this.#slots = slots
  }
}

/** A copy with room for at least `length` elements, and half as much again as before. */
export function grown<T extends Uint8Array | Uint32Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, Math.ceil(array.length * 1.5)))
  larger.set(array)
  return larger
}
