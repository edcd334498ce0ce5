import { LRUCache } from 'lru-cache'

import { SharedWork } from '../cache/shared-work.ts'
import { ChangedError, UnreadableAssetError } from '../errors.ts'
import type { CacheCount } from '../cache/cache-count.ts'
import { addStage } from '../net/source.ts'
import type { Net, ReadOptions } from '../net/source.ts'
import type { BlockPool } from '../work/pool.ts'
import { besideOf } from './beside.ts'
import type { Arena } from './arena.ts'
import { BlockCache } from './block-cache.ts'
import type { Cog } from './cog.ts'
import { readHeader } from './header.ts'
import { openAsset } from './open-asset.ts'
import { OpenedCog } from './opened-cog.ts'

export interface CogsOptions {
  readonly net: Net
  readonly pool: BlockPool
  /** Bytes for headers and decoded blocks together. */
  readonly memory: number
  /** Seconds before an opened file is looked at again. */
  readonly ttl: number
  /** Files that are kept open. */
  readonly maxOpen?: number
}

export interface CogsStats {
  /** Opened files that are kept. */
  readonly headers: CacheCount
  /** Decoded. */
  readonly blocks: CacheCount
}

/** Memory that is lent by the piece. */
export type Room = Pick<Arena, 'allocate' | 'free'>

/** Opened files and decoded blocks, kept within bounds. */
export interface Cogs {
  /**
   * Opens a file, or gives the one that is open already. Concurrent opens of one file are one open. It need not be closed.
   * A ChangedError of its `readWindow` means that the file has been replaced: opening it again gives the new one.
   * @throws SmaltiError; failures are not kept
   */
  open(href: string, options: ReadOptions): Promise<Cog>
  /** Shared memory for what is made of blocks, and waits for more: it is to be given back. Blocks that nobody uses make room for it. */
  readonly room: Room
  stats(): CogsStats
  close(): Promise<void>
}

interface Kept {
  readonly cog: OpenedCog
  /** performance.now() of the last look at the file. */
  checked: number
}

/** A descriptor or a connection's state each. */
const MAX_OPEN = 512
/** Part of the memory that headers may take; blocks take the rest. */
const HEADER_SHARE = 1 / 8
/** Enough to learn a source's revision. */
const GLANCE = 16

export function createCogs({ net, pool, memory, ttl, maxOpen = MAX_OPEN }: CogsOptions): Cogs {
  const headerBytes = Math.max(1, Math.floor(memory * HEADER_SHARE))
  const blocks = new BlockCache(memory - headerBytes)
  const closing = new Set<Promise<void>>()
  const looks = { hits: 0, misses: 0, evictions: 0 }
  const kept = new LRUCache<string, Kept>({
    max: maxOpen,
    maxSize: headerBytes,
    sizeCalculation: ({ cog }) => cog.bytes,
    dispose: ({ cog }, _href, reason) => {
      if (reason === 'evict') looks.evictions++
      drop(cog)
    },
  })
  const opening = new SharedWork<OpenedCog>()
  let closed = false

  function drop(cog: OpenedCog): void {
    const done = cog.drop().catch(() => undefined)
    closing.add(done)
    void done.finally(() => closing.delete(done))
  }

  function forget(href: string, cog: OpenedCog): void {
    if (kept.peek(href)?.cog === cog) kept.delete(href)
  }

  async function openFresh(href: string, options: ReadOptions): Promise<OpenedCog> {
    const source = await openAsset(net, href)
    try {
      const beside = besideOf(net, href)
      const header = await readHeader(source, options, beside && { href, beside })
      const revision = source.revision
      if (revision === undefined) throw new UnreadableAssetError(`${source.name}: the source does not say its revision`)
      const cog: OpenedCog = new OpenedCog({
        href,
        net,
        source,
        header,
        revision,
        cache: blocks,
        pool,
        onChanged: () => forget(href, cog),
      })
      const entry = { cog, checked: performance.now() }
      if (!closed) kept.set(href, entry)
      // Not kept (too large, or we are closing): it closes when its readers have gone.
      if (kept.peek(href) !== entry) drop(cog)
      return cog
    } catch (error) {
      await source.close()
      throw error
    }
  }

  /** The opened file, if the address still has what was opened. */
  async function revalidate(href: string, entry: Kept, options: ReadOptions): Promise<OpenedCog> {
    const source = await net.open(href)
    try {
      await source.read(0, GLANCE, options)
      if (source.revision === entry.cog.revision) {
        entry.checked = performance.now()
        return entry.cog
      }
    } catch (error) {
      forget(href, entry.cog)
      throw error
    } finally {
      await source.close()
    }
    forget(href, entry.cog)
    return openFresh(href, options)
  }

  async function openNow(href: string, options: ReadOptions): Promise<OpenedCog> {
    const entry = kept.get(href)
    try {
      return await (entry ? revalidate(href, entry, options) : openFresh(href, options))
    } catch (error) {
      // Replaced between two reads of its header: once more, from the start.
      if (error instanceof ChangedError) return openFresh(href, options)
      throw error
    }
  }

  return {
    async open(href, options) {
      const entry = kept.get(href)
      if (entry && performance.now() - entry.checked < ttl * 1000) {
        looks.hits++
        return entry.cog
      }
      looks.misses++
      const start = performance.now()
      const cog = await opening.run(href, options.signal, (signal) => openNow(href, { signal, trace: options.trace }))
      addStage(options.trace, 'read', start)
      return cog
    },
    room: { allocate: (bytes) => blocks.takeRoom(bytes), free: (region) => blocks.giveBack(region) },
    stats: () => ({
      headers: { entries: kept.size, bytes: kept.calculatedSize, maxBytes: headerBytes, ...looks },
      blocks: {
        entries: blocks.count,
        bytes: blocks.bytes,
        maxBytes: blocks.maxBytes,
        hits: blocks.hits,
        misses: blocks.misses,
        evictions: blocks.evictions,
      },
    }),
    async close() {
      closed = true
      kept.clear()
      blocks.clear()
      await Promise.all(closing)
    },
  }
}
