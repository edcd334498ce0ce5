import { UnreadableAssetError } from '../errors.ts'
import type { ByteSource, ReadOptions } from '../net/source.ts'
import type { BlockPool } from '../work/pool.ts'
import type { BlockCache, BlockLease } from './block-cache.ts'
import type { BlockRange } from './block-table.ts'
import type { Block } from './cog.ts'
import type { StoredImage } from './header.ts'
import { decodedBytes } from './decode/layout.ts'
import { blockLayout } from './image.ts'
import { MAX_WINDOW_READS } from './limits.ts'
import { GroupRead } from './group-read.ts'
import { groupRanges } from './ranges.ts'
import { type Kept, narrowed, stripOrBlock } from './strips.ts'

/** What reading blocks needs beside the image. */
export interface BlockReaders {
  readonly source: ByteSource
  readonly cache: BlockCache
  /** Keeps the blocks that are returned where they are. */
  readonly lease: BlockLease
  readonly pool: BlockPool
  /** Called when the last read of a call has come back. */
  readonly onRead: () => void
}

const NOTHING = new Uint8Array(0)

/** Blocks of one image that are wanted. */
export interface WantedBlocks {
  readonly stored: StoredImage
  /** Planes one after the other. */
  readonly numbers: readonly number[]
  /** Names the file, its revision and the image. */
  readonly keyPrefix: string
  /** The only row of the level that is needed. */
  readonly row?: number
}

/**
 * Blocks of images that lie in one file, from the cache where they are there. Neighbours in the file are read at once, a picture's and
 * its mask's too; a block that another request is reading or decoding is waited for, not read again. @throws SmaltiError, or the
 * signal's reason
 */
export async function readBlocks(
  wanted: readonly WantedBlocks[],
  readers: BlockReaders,
  { signal, trace }: ReadOptions & { signal: AbortSignal },
): Promise<Block[][]> {
  const { source, cache, lease } = readers
  const parts = wanted.flatMap((image) => image.numbers.map((number) => ({ ...partOf(image, number, readers), number, image })))
  const blocks = parts.map(({ key }) => cache.get(key, lease))
  const missing = [...parts.keys()].filter((index) => !blocks[index])
  if (trace) {
    trace.cacheHits += parts.length - missing.length
    trace.cacheMisses += missing.length
  }
  const stored = await rangesOf(
    wanted.map((image) => ({ image, numbers: missing.filter((i) => parts[i].image === image).map((i) => parts[i].number) })),
    source,
    { signal, trace },
  )
  const places = missing.map((index, i) => ({ layout: parts[index].layout, range: stored[i] }))
  for (const [i, index] of missing.entries()) {
    const { block } = parts[index]
    if (block) places[i] = await narrowed(block, places[i], readers, { signal, trace })
  }
  const ranges = places.map(({ range }) => range)
  // No await from here until all work has been started: what is in flight does not change in between.
  const known = missing.map((index) => cache.peek(parts[index].key, lease))
  const fresh = [...missing.keys()].filter((i) => !known[i] && !cache.isInFlight(parts[missing[i]].key))
  const reads = readsOf(
    fresh.map((i) => ranges[i]),
    readers,
    trace,
  )
  const readOf = new Map(fresh.map((i, position) => [i, reads[position]]))
  const found = missing.map((index, i) => {
    const there = known[i]
    if (there) return there
    const { key } = parts[index]
    const { layout } = places[i]
    // Work that was in flight when we looked may have been given up since: then the block is read alone.
    const read = readOf.get(i) ?? readsOf([ranges[i]], readers, trace)[0]
    return cache.make(key, lease, signal, {
      bytes: decodedBytes(layout),
      fetch: (shared) => read?.bytes(ranges[i], shared) ?? Promise.resolve(NOTHING),
      decode: (bytes, memory, shared) => readers.pool.decode(layout, bytes, shared, memory),
      done: () => read?.done(),
    })
  })
  for (const [i, block] of (await Promise.all(found)).entries()) blocks[missing[i]] = block
  return wanted.map((image) => blocks.filter((_, index) => parts[index].image === image) as Block[])
}

async function rangesOf(
  wanted: readonly { readonly image: WantedBlocks; readonly numbers: readonly number[] }[],
  source: ByteSource,
  options: ReadOptions,
): Promise<BlockRange[]> {
  const located = wanted.map(({ image, numbers }) =>
    numbers.length > 0 ? image.stored.table.locate(numbers, source, options) : [],
  )
  return (await Promise.all(located)).flat()
}

/** A block, or the strip of it that is enough. */
function partOf({ stored: { image }, keyPrefix, row }: WantedBlocks, number: number, { source, cache }: BlockReaders): Kept {
  const layout = blockLayout(image, source.name, number % (image.across * image.down))
  const block = { key: `${keyPrefix}/${number}`, layout }
  return row === undefined ? block : stripOrBlock(block, row - layout.y, cache)
}

/** The read that each range is part of; undefined: nothing is stored there. Nothing is read yet. */
function readsOf(ranges: readonly BlockRange[], readers: BlockReaders, trace: ReadOptions['trace']): (GroupRead | undefined)[] {
  const stored = [...ranges.keys()].filter((i) => ranges[i].length > 0)
  const groups = groupRanges(stored.map((i) => ranges[i]))
  if (groups.length > MAX_WINDOW_READS) {
    throw new UnreadableAssetError(
      `${readers.source.name}: ${groups.length} separate reads for one window are above the limit of ${MAX_WINDOW_READS}`,
    )
  }
  const reads: (GroupRead | undefined)[] = ranges.map(() => undefined)
  for (const group of groups) {
    const read = new GroupRead(group, readers, trace)
    for (const member of group.members) reads[stored[member]] = read
  }
  return reads
}
