import { InvalidMosaicError } from '../errors.ts'
import type { KeyRange } from '../mosaic/key-range.ts'
import type { ReadOptions } from '../net/source.ts'
import { parseTileKey } from './dynamodb-generation.ts'
import type { DynamoMetadata } from './dynamodb-metadata.ts'
import type { DynamoTable, Item } from './dynamodb-table.ts'
import { fromAttribute } from './dynamodb-value.ts'
import type { KeyedTile } from './keyed-store.ts'

/** A tile as it lies in the table. */
export interface StoredTile extends KeyedTile {
  readonly sortKey: string
  /** Removed by a later generation: there is no such tile. */
  readonly isGone: boolean
}

export interface TilesPage {
  readonly tiles: readonly StoredTile[]
  /** Sort keys of tiles that do not count: replaced, or of a generation that is not listed. */
  readonly stale: readonly string[]
  /** Generations that are not listed: of a writer at work, of one that died, or listed only after the metadata had been read. */
  readonly unlisted: readonly string[]
}

/** In place of a generation, for a tile of the other layout. */
const OTHER_LAYOUT = 'cogeo-mosaic'

/** The tiles of a range that count by the metadata. A key's generations may lie on two pages of the service, but never on two of these. */
export async function* tilePages(
  table: DynamoTable,
  range: KeyRange,
  { layout, generations }: Pick<DynamoMetadata, 'layout' | 'generations'>,
  options: ReadOptions,
): AsyncGenerator<TilesPage> {
  const listed = new Set(generations)
  let open: Item | undefined
  // No key is empty: that of zoom 0 begins with its separator.
  for await (const items of table.query({ from: range.from === '' ? '#' : range.from, below: range.below }, options)) {
    const tiles: StoredTile[] = []
    const stale: string[] = []
    const unlisted = new Set<string>()
    for (const item of items) {
      const sortKey = item.quadkey.S ?? ''
      const key = parseTileKey(sortKey)
      if (!key) continue
      const counts =
        layout === 'smalti' ? key.generation !== undefined && listed.has(key.generation) : key.generation === undefined
      if (!counts) {
        stale.push(sortKey)
        unlisted.add(key.generation ?? OTHER_LAYOUT)
        continue
      }
      // Of one key the later generation comes later.
      if (open && quadkeyOf(open) === key.quadkey) stale.push(open.quadkey.S ?? '')
      else if (open) tiles.push(tileOf(open, table.name))
      open = item
    }
    yield { tiles, stale, unlisted: [...unlisted] }
  }
  if (open) yield { tiles: [tileOf(open, table.name)], stale: [], unlisted: [] }
}

function quadkeyOf(item: Item): string {
  return parseTileKey(item.quadkey.S ?? '')?.quadkey ?? ''
}

function tileOf(item: Item, name: string): StoredTile {
  const quadkey = quadkeyOf(item)
  const assets = item.assets && fromAttribute(item.assets)
  const isGone = item.gone?.BOOL === true
  if (!isGone && (!Array.isArray(assets) || !assets.every((asset) => typeof asset === 'string'))) {
    throw new InvalidMosaicError(`${name}: the assets of "${quadkey}" are not a list of strings`)
  }
  return { quadkey, sortKey: item.quadkey.S ?? '', assets: isGone ? [] : (assets as string[]), isGone }
}
