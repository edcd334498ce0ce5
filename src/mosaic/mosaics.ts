import { LRUCache } from 'lru-cache'
import { SharedWork } from '../cache/shared-work.ts'
import { SmaltiError, TooLargeError } from '../errors.ts'
import type { ReadOptions, WritableNet } from '../net/source.ts'
import type { StoreContext, StoreKind } from '../stores/kind.ts'
import { storeKindOf } from '../stores/registry.ts'
import type { MosaicStore } from '../stores/store.ts'

export interface MosaicsOptions {
  readonly net: WritableNet
  /** Relative addresses are below it. */
  readonly cwd: string
  /** Bytes for mosaics in memory. */
  readonly memory: number
  /** Seconds before a mosaic is looked at again. */
  readonly ttl: number
  /** Bytes of a document as it is stored. */
  readonly maxBytes: number
  /** Bytes of a document, gzip unpacked. */
  readonly maxUnpacked: number
}

/** The opened mosaics, by address: bounded in bytes, revalidated after the TTL, shared while they open. Failures are not kept. */
export interface Mosaics {
  /** @throws SmaltiError */
  open(url: string, options?: ReadOptions): Promise<MosaicStore>
  /** The mosaic, if it is here and within the TTL. No I/O. */
  peek(url: string): MosaicStore | undefined
  stats(): MosaicsStats
  close(): void
}

export interface MosaicsStats {
  readonly mosaics: number
  readonly bytes: number
  readonly maxBytes: number
}

interface Entry {
  readonly store: MosaicStore
  /** performance.now() of the last look at the source. */
  checked: number
}

export function createMosaics({ net, cwd, memory, ttl, maxBytes, maxUnpacked }: MosaicsOptions): Mosaics {
  const context: StoreContext = { net, cwd, limits: { maxBytes, maxUnpacked, memory } }
  const entries = new LRUCache<string, Entry>({ maxSize: memory, sizeCalculation: ({ store }) => Math.max(1, store.bytes) })
  const opening = new SharedWork<MosaicStore>()

  function fresh(url: string): MosaicStore | undefined {
    const entry = entries.get(url)
    return entry && performance.now() - entry.checked < ttl * 1000 ? entry.store : undefined
  }

  async function load(url: string, kind: StoreKind, options: ReadOptions): Promise<MosaicStore> {
    const known = entries.peek(url)
    // The time before the look: what changes during it is seen the next time.
    const checked = performance.now()
    const store = await kind.open(url, context, { ...options, ifNot: known?.store.revision }).catch((error: unknown) => {
      if (error instanceof SmaltiError && error.status < 500) entries.delete(url)
      throw error
    })
    if (!store && known) {
      known.checked = checked
      return known.store
    }
    if (!store) throw new Error('a store that nobody knew is unchanged')
    if (store.bytes > memory) {
      entries.delete(url)
      throw new TooLargeError(`the mosaic does not fit into the ${memory} bytes for mosaics`, '--mosaic-memory')
    }
    entries.set(url, { store, checked })
    return store
  }

  return {
    async open(url, { signal, trace } = {}) {
      const kind = storeKindOf(url)
      const here = fresh(url)
      if (trace) trace[here ? 'cacheHits' : 'cacheMisses']++
      return here ?? opening.run(url, signal, (shared) => load(url, kind, { signal: shared, trace }))
    },
    peek: fresh,
    stats: () => ({ mosaics: entries.size, bytes: entries.calculatedSize, maxBytes: memory }),
    close: () => entries.clear(),
  }
}
