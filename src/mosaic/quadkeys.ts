import { setImmediate as turn } from 'node:timers/promises'
import { InvalidMosaicError } from '../errors.ts'
import type { MosaicJSON } from './document.ts'

/** @throws InvalidMosaicError unless it is a quadkey of `zoom` digits */
export function checkKey(quadkey: string, zoom: number): void {
  if (quadkey.length !== zoom || !/^[0-3]*$/.test(quadkey)) {
    const shown = JSON.stringify(quadkey.length > 40 ? `${quadkey.slice(0, 40)}\u2026` : quadkey)
    throw new InvalidMosaicError(`tiles: ${shown} is not a quadkey of ${zoom} digits`)
  }
}

export type SortedTiles = readonly (readonly [quadkey: string, assets: readonly string[]])[]

/** Tiles between which others get their turn. */
const BATCH = 20_000

/** The tiles of a document by ascending quadkey. @throws InvalidMosaicError */
export async function sortedTiles({ tiles }: MosaicJSON, zoom: number): Promise<SortedTiles> {
  const entries = Object.entries(tiles)
  for (const [i, [key, assets]] of entries.entries()) {
    checkKey(key, zoom)
    if (!Array.isArray(assets) || !assets.every((asset) => typeof asset === 'string')) {
      throw new InvalidMosaicError(`tiles: "${key}" must be an array of strings`)
    }
    if (i % BATCH === BATCH - 1) await turn()
  }
  // Keys without a leading zero come first, whatever the order they were written in: JavaScript takes them for indices.
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}
