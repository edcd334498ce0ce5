import type { ReadOptions } from '../net/source.ts'
import type { BlockCache } from './block-cache.ts'
import type { BlockRange } from './block-table.ts'
import { type BlockLayout, COMPRESSION, stripLayout, stripRows } from './decode/layout.ts'
import { restartOf, restartsBytes } from './decode/restarts.ts'
import type { Pool } from '../work/pool.ts'
import { GroupRead } from './group-read.ts'
import type { BlockReaders } from './read-blocks.ts'

/** A block as it is kept: whole, or a strip of it. */
export interface Kept {
  readonly key: string
  readonly layout: BlockLayout
  /** Of a strip: the block. */
  readonly block?: Kept
}

/** What a block is decoded from. */
export interface Place {
  readonly layout: BlockLayout
  readonly range: BlockRange
}

/** Strips that can be read from the block's begin in the time that its table takes. */
const TABLE_COST = 6
/** Bytes of a stream before its first block. */
const ZLIB_HEAD = 2

/** The strip of a block with one of its rows; the block where that is there, or is small. */
export function stripOrBlock(block: Kept, row: number, cache: BlockCache): Kept {
  if (cache.has(block.key)) return block
  const layout = stripLayout(block.layout, row)
  return layout === block.layout ? block : { key: stripKey(block, layout.above ?? 0), layout, block }
}

function stripKey({ key }: Kept, above: number): string {
  return `${key} from ${above}`
}

/**
 * Whether a table is likely to be of use: the block has been asked for before. Once more have been made than fit into half of the cache,
 * they must have been worth it, or this block must have been asked for often: else they would only drive each other out.
 */
function isWorthTable(block: Kept, cache: BlockCache): boolean {
  const { made, used } = cache.tables
  const surplus = made - cache.maxBytes / 2 / restartsBytes(block.layout)
  const wanted = used >= surplus * TABLE_COST ? 1 : TABLE_COST
  const rows = stripRows(block.layout) ?? Infinity
  let strips = 0
  for (let above = 0; above < block.layout.height && strips < wanted; above += rows)
    if (cache.has(stripKey(block, above))) strips++
  return strips >= wanted
}

/**
 * Where a strip can be read without what is before it in its block: from the second strip on, as one place alone would not be worth the
 * table of restarts. Other blocks and strips are read from where they begin.
 */
export async function narrowed(
  block: Kept,
  place: Place,
  readers: BlockReaders,
  options: ReadOptions & { readonly signal: AbortSignal },
): Promise<Place> {
  const { layout, range } = place
  if (layout.compression === COMPRESSION.jpeg || range.length <= ZLIB_HEAD) return place
  const { cache, lease, pool } = readers
  const key = `${block.key} restarts`
  const known = cache.peek(key, lease)
  if (known) cache.tables.used++
  const { restarts } = pool
  const isWanted = restarts && (cache.has(key) || isWorthTable(block, cache))
  const found = known ?? (isWanted && (await makeTable({ key, layout: block.layout }, range, { ...readers, restarts }, options)))
  if (!found) return place
  const { restart, first, end } = restartOf(found.bands[0] as Uint8Array, layout)
  return { layout: { ...layout, restart }, range: { offset: range.offset + first, length: end - first } }
}

/** A table is kept as a block of bytes. */
function makeTable(
  { key, layout }: Kept,
  range: BlockRange,
  readers: BlockReaders & { readonly restarts: NonNullable<Pool['restarts']> },
  { signal, trace }: ReadOptions & { readonly signal: AbortSignal },
) {
  const { cache, lease, restarts } = readers
  const bytes = restartsBytes(layout)
  const read = new GroupRead({ ...range, members: [0] }, readers, trace)
  return cache.make(key, lease, signal, {
    bytes,
    fetch: (shared) => read.bytes(range, shared),
    decode: async (stored, memory, shared) => {
      cache.tables.made++
      return { x: 0, y: 0, width: bytes, height: 1, bands: [await restarts(layout, stored, shared, memory)] }
    },
    done: () => read.done(),
  })
}
