import { randomBytes } from 'node:crypto'

/**
 * Our layout. The sort key of a tile is its quadkey, `#` and the generation that wrote it. The metadata item lists the generations that
 * count: of a key, the last of those is the tile. What a writer puts is seen by nobody before it is listed, in one conditional write;
 * what a writer that died has left is never listed.
 */
export interface TileKey {
  readonly quadkey: string
  /** undefined: cogeo-mosaic's layout, where the quadkey is the whole sort key. */
  readonly generation: string | undefined
}

/** Sort key of the metadata item in both layouts. cogeo-mosaic finds no `mosaicjson` in ours, and says so instead of reading half a mosaic. */
export const METADATA_KEY = '-1'

const DIGITS = 10

/** The next generation: its number sorts behind all that are listed, and nobody else has its name. */
export function nextGeneration(listed: readonly string[]): string {
  const last = listed.reduce((most, name) => Math.max(most, Number(name.slice(0, DIGITS))), 0)
  return `${String(last + 1).padStart(DIGITS, '0')}-${randomBytes(6).toString('hex')}`
}

export function printTileKey(quadkey: string, generation: string): string {
  return `${quadkey}#${generation}`
}

/** undefined for what is no tile. */
export function parseTileKey(sortKey: string): TileKey | undefined {
  const [found, quadkey, generation] = /^([0-3]*)(?:#(.+))?$/s.exec(sortKey) ?? []
  return found === undefined ? undefined : { quadkey, generation }
}
