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

function hasStrip(block: Kept, cache: BlockCache): boolean {
  const rows = stripRows(block.layout) ?? Infinity
  for (let above = 0; above < block.layout.height; above += rows) if (cache.has(stripKey(block, above))) return true
  return false
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
  const found =
    cache.peek(key, lease) ??
    (pool.restarts && (cache.has(key) || hasStrip(block, cache))
      ? await makeTable({ key, layout: block.layout }, range, { ...readers, restarts: pool.restarts }, options)
      : undefined)
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
    decode: async (stored, memory, shared) => ({
      x: 0,
      y: 0,
      width: bytes,
      height: 1,
      bands: [await restarts(layout, stored, shared, memory)],
    }),
    done: () => read.done(),
  })
}
