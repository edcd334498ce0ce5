import { digitAt, packQuadkey, unpackQuadkey } from './packed-quadkey.ts'
import type { TileBox } from './tile-box.ts'

/** Sorted columns: key i is (high[i], low[i]) and its assets are postings[starts[i], starts[i + 1]). */
export interface KeyColumns {
  readonly high: Uint32Array
  readonly low: Uint32Array
  readonly starts: Uint32Array
  /** Ids: places in the table of assets. */
  readonly postings: Uint32Array
  /** All assets behind each other, UTF-8, and where each of them ends. */
  readonly text: Uint8Array
  readonly ends: Uint32Array
}

/** First place in column order where an asset was found. */
interface Place {
  readonly col: number
  readonly row: number
  readonly position: number
}

/** The tiles of a mosaic, sorted by quadkey: a prefix is a range, found by binary search. Ids are of the asset table. */
export class QuadkeyIndex {
  /** Digits of every key. */
  readonly zoom: number
  readonly #columns: KeyColumns
  /** The search in which an asset was last seen: no set has to be filled for a search of a million keys. */
  readonly #seen: Uint32Array
  #search = 0

  constructor(zoom: number, columns: KeyColumns) {
    this.zoom = zoom
    this.#columns = columns
    this.#seen = new Uint32Array(columns.ends.length)
  }

  /** Number of keys. */
  get size(): number {
    return this.#columns.high.length
  }

  /** Bytes in memory. */
  get bytes(): number {
    const arrays = [...Object.values(this.#columns), this.#seen] as readonly ArrayBufferView[]
    return arrays.reduce((sum, array) => sum + array.byteLength, 0)
  }

  /** The asset string of an id, as the document has it. */
  text(id: number): string {
    const { text, ends } = this.#columns
    const start = id === 0 ? 0 : ends[id - 1]
    return Buffer.from(text.buffer, text.byteOffset + start, ends[id] - start).toString('utf8')
  }

  *quadkeys(): Generator<string> {
    const { high, low } = this.#columns
    for (let i = 0; i < this.size; i++) yield unpackQuadkey(high[i], low[i], this.zoom)
  }

  /** Every key with its assets as the document lists them. */
  *entries(): Generator<[quadkey: string, assets: string[]]> {
    const { starts, postings } = this.#columns
    let i = 0
    for (const key of this.quadkeys()) {
      const ids = postings.subarray(starts[i], starts[++i])
      yield [key, Array.from(ids, (id) => this.text(id))]
    }
  }

  /**
   * Assets under the prefixes, each once: in the order of the prefixes, then of the keys, then of the list. It ends at once with
   * `limit` ids.
   */
  idsFor(prefixes: readonly string[], limit: number): number[] {
    const { starts, postings } = this.#columns
    const search = this.#nextSearch()
    const ids: number[] = []
    for (const prefix of prefixes) {
      const [from, to] = this.#range(prefix)
      for (let i = starts[from]; i < starts[to]; i++) {
        const id = postings[i]
        if (this.#seen[id] === search) continue
        if (ids.length === limit) return ids
        this.#seen[id] = search
        ids.push(id)
      }
    }
    return ids
  }

  /** Assets of the tiles in a box, each once: by column, then row, then the list. It ends at once when there are more than `limit`. */
  idsIn(box: TileBox, limit: number): number[] {
    const places = new Map<number, Place>()
    this.#visit(box, 0, this.size, { col: 0, row: 0, zoom: 0 }, places, limit)
    const ordered = [...places].sort(([, a], [, b]) => a.col - b.col || a.row - b.row || a.position - b.position)
    return ordered.slice(0, limit).map(([id]) => id)
  }

  #nextSearch(): number {
    if (++this.#search === 2 ** 32) {
      this.#seen.fill(0)
      this.#search = 1
    }
    return this.#search
  }

  /** Keys [from, to) that begin with the prefix. */
  #range(prefix: string): [from: number, to: number] {
    const cut = prefix.slice(0, this.zoom)
    const [high, low] = packQuadkey(cut, 0)
    const [lastHigh, lastLow] = packQuadkey(cut, 3)
    const from = this.#firstAtLeast(high, low, 0, this.size)
    return [from, this.#firstAtLeast(lastHigh, lastLow + 1, from, this.size)]
  }

  #firstAtLeast(keyHigh: number, keyLow: number, from: number, to: number): number {
    const { high, low } = this.#columns
    let start = from
    let end = to
    while (start < end) {
      const middle = (start + end) >>> 1
      if (high[middle] < keyHigh || (high[middle] === keyHigh && low[middle] < keyLow)) start = middle + 1
      else end = middle
    }
    return start
  }

  /** Walks the quadtree below one cell, whose keys are [from, to), as far as it touches the box. */
  #visit(box: TileBox, from: number, to: number, cell: Cell, places: Map<number, Place>, limit: number): void {
    if (from === to || places.size > limit) return
    const size = 2 ** (this.zoom - cell.zoom)
    const minCol = cell.col * size
    const minRow = cell.row * size
    const maxCol = minCol + size - 1
    const maxRow = minRow + size - 1
    if (minCol > box.maxCol || maxCol < box.minCol || minRow > box.maxRow || maxRow < box.minRow) return
    if (minCol >= box.minCol && maxCol <= box.maxCol && minRow >= box.minRow && maxRow <= box.maxRow) {
      for (let i = from; i < to && places.size <= limit; i++) this.#place(i, places)
      return
    }
    const { high, low } = this.#columns
    for (let digit = 0, start = from; digit < 4; digit++) {
      let end = to
      // Within the cell the keys are sorted by this digit.
      for (let first = start; first < end;) {
        const middle = (first + end) >>> 1
        if (digitAt(high[middle], low[middle], cell.zoom) <= digit) first = middle + 1
        else end = middle
      }
      const child = { col: cell.col * 2 + (digit & 1), row: cell.row * 2 + (digit >> 1), zoom: cell.zoom + 1 }
      this.#visit(box, start, end, child, places, limit)
      start = end
    }
  }

  /** Notes the assets of key i, where it comes first in column order. */
  #place(i: number, places: Map<number, Place>): void {
    const { high, low, starts, postings } = this.#columns
    let col = 0
    let row = 0
    for (let k = 0; k < this.zoom; k++) {
      const digit = digitAt(high[i], low[i], k)
      col = col * 2 + (digit & 1)
      row = row * 2 + (digit >> 1)
    }
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const known = places.get(postings[k])
      if (known && (known.col < col || (known.col === col && known.row <= row))) continue
      places.set(postings[k], { col, row, position: k - starts[i] })
    }
  }
}

interface Cell {
  readonly col: number
  readonly row: number
  readonly zoom: number
}
