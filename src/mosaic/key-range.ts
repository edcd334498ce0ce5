import { quadkey } from '../grid/quadkey.ts'
import type { TileBox } from './tile-box.ts'

/** Keys from `from` on and before `below`, as texts sort. */
export interface KeyRange {
  readonly from: string
  readonly below: string
}

/** All keys that begin with a prefix: the digits end at 3. */
export function keysBelow(prefix: string): KeyRange {
  return { from: prefix, below: `${prefix}4` }
}

/** Ranges that hold these keys, all of one length, and no others: neighbours share one. */
export function rangesOfKeys(quadkeys: readonly string[]): readonly KeyRange[] {
  const ranges: { from: string; last: string }[] = []
  for (const key of new Set(quadkeys.toSorted())) {
    const open = ranges.at(-1)
    if (open && successor(open.last) === key) open.last = key
    else ranges.push({ from: key, last: key })
  }
  return ranges.map(({ from, last }) => ({ from, below: keysBelow(last).below }))
}

/** The next key of the same length; of the last one there is none. */
function successor(key: string): string | undefined {
  const [, head, threes] = /^(.*?)(3*)$/.exec(key) ?? []
  if (head === undefined || head === '') return undefined
  return head.slice(0, -1) + String(Number(head.at(-1)) + 1) + '0'.repeat(threes.length)
}

interface Cell {
  readonly x: number
  readonly y: number
  readonly z: number
}

/**
 * Ranges that hold every key of `zoom` digits whose tile is in the box, in order, and at most `most` of them (or four): where the box
 * needs more, keys outside come with it.
 */
export function rangesOf(box: TileBox, zoom: number, most: number): readonly KeyRange[] {
  let cells: Cell[] = [{ x: 0, y: 0, z: 0 }]
  for (let z = 0; z < zoom; z++) {
    const finer = cells
      .flatMap((cell) => (cell.z < z || isWithin(box, cell, zoom) ? [cell] : childrenOf(cell)))
      .filter((cell) => touches(box, cell, zoom))
    if (finer.length > Math.max(most, 4)) break
    cells = finer
  }
  return cells.map(({ x, y, z }) => keysBelow(quadkey(x, y, z))).sort((a, b) => (a.from < b.from ? -1 : 1))
}

function childrenOf({ x, y, z }: Cell): Cell[] {
  return [0, 1, 2, 3].map((digit) => ({ x: x * 2 + (digit & 1), y: y * 2 + (digit >> 1), z: z + 1 }))
}

function touches(box: TileBox, { x, y, z }: Cell, zoom: number): boolean {
  const size = 2 ** (zoom - z)
  return x * size <= box.maxCol && (x + 1) * size > box.minCol && y * size <= box.maxRow && (y + 1) * size > box.minRow
}

function isWithin(box: TileBox, { x, y, z }: Cell, zoom: number): boolean {
  const size = 2 ** (zoom - z)
  return x * size >= box.minCol && (x + 1) * size - 1 <= box.maxCol && y * size >= box.minRow && (y + 1) * size - 1 <= box.maxRow
}
