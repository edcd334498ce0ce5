import { AssetTable, grown } from './asset-table.ts'
import { packQuadkey } from './packed-quadkey.ts'
import { QuadkeyIndex } from './quadkey-index.ts'

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
    this.assets.seal()
    const order = this.#sortedOrder()
    const kept = order.filter((key, i) => i + 1 === order.length || !this.#same(key, order[i + 1]))
    const high = Uint32Array.from(kept, (key) => this.#high[key])
    const low = Uint32Array.from(kept, (key) => this.#low[key])
    const starts = new Uint32Array(kept.length + 1)
    for (let i = 0; i < kept.length; i++) starts[i + 1] = starts[i] + this.#end(kept[i]) - this.#starts[kept[i]]
    const postings = new Uint32Array(starts[kept.length])
    for (let i = 0; i < kept.length; i++)
      postings.set(this.#postings.subarray(this.#starts[kept[i]], this.#end(kept[i])), starts[i])
    return new QuadkeyIndex({ zoom, high, low, starts, postings, assets: this.assets })
  }

  #end(key: number): number {
    return key + 1 < this.#keys ? this.#starts[key + 1] : this.#count
  }

  #same(a: number, b: number): boolean {
    return this.#high[a] === this.#high[b] && this.#low[a] === this.#low[b]
  }

  /** Keys in ascending order, equal ones as they came: radix sort, four passes of 15 bits, the finest digits first. */
  #sortedOrder(): Uint32Array {
    let order = Uint32Array.from({ length: this.#keys }, (_, i) => i)
    let next = new Uint32Array(this.#keys)
    for (const half of [this.#low, this.#high]) {
      for (const shift of [0, RADIX_BITS]) {
        const ends = new Uint32Array(RADIX + 1)
        for (const key of order) ends[((half[key] >>> shift) & (RADIX - 1)) + 1]++
        for (let digit = 0; digit < RADIX; digit++) ends[digit + 1] += ends[digit]
        for (const key of order) next[ends[(half[key] >>> shift) & (RADIX - 1)]++] = key
        ;[order, next] = [next, order]
      }
    }
    return order
  }
}
