import { AssetTable, grown } from './asset-table.ts'
import { packQuadkey } from './packed-quadkey.ts'
import { type KeyColumns, QuadkeyIndex } from './quadkey-index.ts'

const RADIX_BITS = 15
const RADIX = 2 ** RADIX_BITS

/** Collects keys and their assets in the order of the document, and sorts them at the end. */
export class IndexBuilder {
  readonly assets = new AssetTable()
  #high = new Uint32Array(1024)
  #low = new Uint32Array(1024)
  #starts = new Uint32Array(1024)
  #postings = new Uint32Array(1024)
  #keys = 0
  #count = 0

  /** Bytes that the index of what is here would take. */
  get keptBytes(): number {
    const numbers = this.#keys * 3 + 1 + this.#count + this.assets.size
    return this.assets.keptBytes + numbers * Uint32Array.BYTES_PER_ELEMENT
  }

  /** Begins the next key; the assets that follow are its. */
  addKey(quadkey: string): void {
    const i = this.#keys++
    if (i === this.#high.length) {
      this.#high = grown(this.#high, i + 1)
      this.#low = grown(this.#low, i + 1)
      this.#starts = grown(this.#starts, i + 1)
    }
    ;[this.#high[i], this.#low[i]] = packQuadkey(quadkey, 0)
    this.#starts[i] = this.#count
  }

  /** @param text UTF-8 at text[start, end) */
  addAsset(text: Uint8Array, start: number, end: number): void {
    if (this.#count === this.#postings.length) this.#postings = grown(this.#postings, this.#count + 1)
    this.#postings[this.#count++] = this.assets.intern(text, start, end)
  }

  /** The sorted index. Of a key that the document has twice, the last one counts, as everywhere in JSON. */
  finish(zoom: number): QuadkeyIndex {
    return new QuadkeyIndex(zoom, this.columns())
  }

  /** The same as plain columns. */
  columns(): KeyColumns {
    const assets = this.assets.sealed()
    const kept = this.#withoutRepeats(this.#sortedOrder())
    const count = kept.length
    const high = new Uint32Array(count)
    const low = new Uint32Array(count)
    const starts = new Uint32Array(count + 1)
    for (let i = 0; i < count; i++) {
      const key = kept[i]
      high[i] = this.#high[key]
      low[i] = this.#low[key]
      starts[i + 1] = starts[i] + this.#end(key) - this.#starts[key]
    }
    const postings = new Uint32Array(starts[count])
    for (let i = 0; i < count; i++) {
      const from = this.#starts[kept[i]] - starts[i]
      for (let k = starts[i]; k < starts[i + 1]; k++) postings[k] = this.#postings[from + k]
    }
    return { high, low, starts, postings, ...assets }
  }

  #end(key: number): number {
    return key + 1 < this.#keys ? this.#starts[key + 1] : this.#count
  }

  /** Keys in ascending order, equal ones as they came: radix sort, 15 bits at a time, the finest digits first. */
  #sortedOrder(): Uint32Array {
    let order = new Uint32Array(this.#keys)
    for (let i = 0; i < order.length; i++) order[i] = i
    let next = new Uint32Array(this.#keys)
    for (const half of [this.#low, this.#high]) {
      for (const shift of [0, RADIX_BITS]) {
        const ends = new Uint32Array(RADIX + 1)
        for (let i = 0; i < order.length; i++) ends[((half[i] >>> shift) & (RADIX - 1)) + 1]++
        // All alike, as the digits beyond quadkey_zoom are: nothing to sort.
        if (ends.includes(order.length)) continue
        for (let digit = 0; digit < RADIX; digit++) ends[digit + 1] += ends[digit]
        for (let i = 0; i < order.length; i++) next[ends[(half[order[i]] >>> shift) & (RADIX - 1)]++] = order[i]
        ;[order, next] = [next, order]
      }
    }
    return order
  }

  #withoutRepeats(order: Uint32Array): Uint32Array {
    let count = 0
    for (let i = 0; i < order.length; i++) {
      const last = i + 1 === order.length
      const repeated =
        !last && this.#high[order[i]] === this.#high[order[i + 1]] && this.#low[order[i]] === this.#low[order[i + 1]]
      if (!repeated) order[count++] = order[i]
    }
    return order.subarray(0, count)
  }
}
