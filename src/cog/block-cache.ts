import { SharedWork } from '../cache/shared-work.ts'
import { Arena } from './arena.ts'
import { ByteBudget } from './byte-budget.ts'
import type { Block } from './cog.ts'

/** A block in the arena. While somebody uses it, its region is left alone. */
interface Entry {
  readonly key: string
  readonly block: Block
  readonly region: Uint8Array
  users: number
}

/** How a block that is not there is made: its bytes are fetched, then decoded into `memory`, or memory of its own where there is none. */
export interface BlockMaker {
  /** Of the decoded block. */
  readonly bytes: number
  fetch(signal: AbortSignal): Promise<Uint8Array>
  /** Settles only when nothing writes to `memory` any more. */
  decode(bytes: Uint8Array, memory: Uint8Array | undefined, signal: AbortSignal): Promise<Block>
  /** Called once at the end, whatever came before. */
  done?(): void
}

/** The blocks that one reader uses; they stay where they are until it gives them back. */
export class BlockLease {
  readonly #entries: Entry[] = []
  readonly #giveBack: (entries: readonly Entry[]) => void
  #released = false

  constructor(giveBack: (entries: readonly Entry[]) => void) {
    this.#giveBack = giveBack
  }

  get released(): boolean {
    return this.#released
  }

  /** @internal of the cache */
  use(entry: Entry): void {
    entry.users++
    this.#entries.push(entry)
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    this.#giveBack(this.#entries)
  }
}

/**
 * Decoded blocks of all files in one arena, and those that are being read or decoded now. Failures are never kept. Blocks that nobody
 * uses make room for new ones, the least recently used first. Where all are in use and there is no room, or none in one piece, a
 * block gets memory of its own and is not kept: leases bound how much that can be.
 */
export class BlockCache {
  readonly #arena: Arena
  readonly #budget: ByteBudget
  readonly #entries = new Map<string, Entry>()
  /** Entries without users, the least recently used first. */
  readonly #idle = new Set<Entry>()
  readonly #work = new SharedWork<Block>()
  /** Leases that wait for a block that is being made. */
  readonly #waiting = new Map<string, Set<BlockLease>>()
  hits = 0
  misses = 0
  /** Blocks that made room for others. */
  evictions = 0
  /** Tables of restarts that were made, and how often one was there when it was wanted. */
  readonly tables = { made: 0, used: 0 }

  constructor(maxBytes: number) {
    this.#arena = new Arena(maxBytes)
    this.#budget = new ByteBudget(this.#arena.size)
  }

  get count(): number {
    return this.#entries.size
  }

  get maxBytes(): number {
    return this.#arena.size
  }

  get bytes(): number {
    return this.#arena.used
  }

  /** Leave to use blocks of so many bytes; waits for others where that is too much at a time. @throws the signal's reason */
  async lease(bytes: number, signal?: AbortSignal): Promise<BlockLease> {
    await this.#budget.acquire(bytes, signal)
    return new BlockLease((entries) => {
      for (const entry of entries) if (--entry.users === 0) this.#rest(entry)
      this.#budget.release(bytes)
    })
  }

  get(key: string, lease: BlockLease): Block | undefined {
    const block = this.peek(key, lease)
    if (block) this.hits++
    else this.misses++
    return block
  }

  /** As {@link get}, without counting: for a second look. */
  peek(key: string, lease: BlockLease): Block | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#idle.delete(entry)
    lease.use(entry)
    return entry.block
  }

  /** Whether a block is there, or being made. */
  has(key: string): boolean {
    return this.#entries.has(key) || this.#waiting.has(key)
  }

  isInFlight(key: string): boolean {
    return this.#waiting.has(key)
  }

  /** The block under a key: made once for all who wait for it, and kept. */
  make(key: string, lease: BlockLease, signal: AbortSignal, maker: BlockMaker): Promise<Block> {
    const waiting = this.#waiting.get(key) ?? new Set<BlockLease>()
    this.#waiting.set(key, waiting)
    waiting.add(lease)
    return this.#work.run(key, signal, async (shared) => {
      // After an abort the key may be somebody else's new work.
      const left = () => {
        if (this.#waiting.get(key) === waiting) this.#waiting.delete(key)
      }
      shared.addEventListener('abort', left, { once: true })
      try {
        shared.throwIfAborted()
        return await this.#fill(key, maker, waiting, shared)
      } finally {
        left()
        maker.done?.()
      }
    })
  }

  async #fill(key: string, maker: BlockMaker, waiting: ReadonlySet<BlockLease>, signal: AbortSignal): Promise<Block> {
    const bytes = await maker.fetch(signal)
    const region = this.takeRoom(maker.bytes)
    let kept = false
    try {
      const block = await maker.decode(bytes, region, signal)
      signal.throwIfAborted()
      if (!region) return block
      const entry: Entry = { key, block, region, users: 0 }
      kept = true
      this.#entries.set(key, entry)
      for (const lease of waiting) if (!lease.released) lease.use(entry)
      if (entry.users === 0) this.#rest(entry)
      return block
    } finally {
      if (region && !kept) this.#arena.free(region)
    }
  }

  /** A region of the arena, to be given back; blocks without users make room for it. undefined: there is none. */
  takeRoom(bytes: number): Uint8Array | undefined {
    for (;;) {
      const region = this.#arena.allocate(bytes)
      if (region || bytes > this.#arena.size) return region
      const oldest = this.#idle.values().next()
      if (oldest.done) return undefined
      this.#drop(oldest.value)
      this.evictions++
    }
  }

  giveBack(region: Uint8Array): void {
    this.#arena.free(region)
  }

  #rest(entry: Entry): void {
    if (this.#entries.get(entry.key) === entry) this.#idle.add(entry)
    else this.#arena.free(entry.region)
  }

  #drop(entry: Entry): void {
    this.#idle.delete(entry)
    this.#entries.delete(entry.key)
    this.#arena.free(entry.region)
  }

  /** Forgets all blocks; those in use go when their users have. */
  clear(): void {
    for (const entry of this.#idle) this.#drop(entry)
    this.#entries.clear()
  }
}
