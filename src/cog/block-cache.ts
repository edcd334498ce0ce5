import { LRUCache } from 'lru-cache'

import { SharedWork } from '../cache/shared-work.ts'
import type { Block } from './cog.ts'

/** Of the objects around a block's samples. */
const BLOCK_OVERHEAD = 512

/** Decoded blocks of all files, bounded in bytes, and those that are being read or decoded now. Failures are never kept. */
export class BlockCache {
  readonly #blocks: LRUCache<string, Block>
  readonly #work = new SharedWork<Block>()
  readonly #inFlight = new Set<string>()
  hits = 0
  misses = 0

  constructor(maxBytes: number) {
    this.#blocks = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: blockSize })
  }

  get count(): number {
    return this.#blocks.size
  }

  get bytes(): number {
    return this.#blocks.calculatedSize
  }

  get(key: string): Block | undefined {
    const block = this.#blocks.get(key)
    if (block) this.hits++
    else this.misses++
    return block
  }

  /** As {@link get}, without counting: for a second look. */
  peek(key: string): Block | undefined {
    return this.#blocks.peek(key)
  }

  isInFlight(key: string): boolean {
    return this.#inFlight.has(key)
  }

  /** The block under a key: made once for all who wait for it, and kept. */
  make(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<Block>): Promise<Block> {
    this.#inFlight.add(key)
    return this.#work.run(key, signal, async (shared) => {
      const left = () => this.#inFlight.delete(key)
      if (shared.aborted) left()
      shared.throwIfAborted()
      shared.addEventListener('abort', left, { once: true })
      try {
        const block = await work(shared)
        if (!shared.aborted) this.#blocks.set(key, block)
        return block
      } finally {
        // After an abort the key may be somebody else's new work.
        if (!shared.aborted) left()
      }
    })
  }

  clear(): void {
    this.#blocks.clear()
  }
}

function blockSize({ bands }: Block): number {
  const memory = new Set(bands.map((band) => band?.buffer))
  let bytes = BLOCK_OVERHEAD
  for (const buffer of memory) bytes += buffer?.byteLength ?? 0
  return bytes
}
