import { LRUCache } from 'lru-cache'
import { SharedWork } from '../cache/shared-work.ts'
import { SmaltiError, TooLargeError } from '../errors.ts'
import type { ReadOptions, WritableNet } from '../net/source.ts'
import type { StoreContext, StoreKind } from '../stores/kind.ts'
import { RegisteredStore, withoutAddress } from '../stores/registered-store.ts'
import { storeKindOf } from '../stores/registry.ts'
import type { MosaicStore } from '../stores/store.ts'
import { findRegistered, isRegisteredName, type RegisteredMosaic } from './registered.ts'

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
  /** Mosaics that go by names, and the net that may read their documents. */
  readonly registered?: { readonly mosaics: readonly RegisteredMosaic[]; readonly net: WritableNet }
}

/** Where a mosaic lies, and what it is opened with. */
export interface MosaicPlace {
  readonly address: string
  readonly kind: StoreKind
  readonly context: StoreContext
  /** It was asked for by its name: clients must not learn the address. */
  readonly registered?: RegisteredMosaic
}

/** The opened mosaics, by address: bounded in bytes, revalidated after the TTL, shared while they open. Failures are not kept. */
export interface Mosaics {
  /** @throws SmaltiError */
  open(url: string, options?: ReadOptions): Promise<MosaicStore>
  /** The mosaic, if it is here and within the TTL. No I/O. */
  peek(url: string): MosaicStore | undefined
  /** Where the mosaic of a `url` lies, which may be a name. Nothing is opened. @throws NotFoundError, ParameterError */
  place(url: string): MosaicPlace
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

export function createMosaics({ net, cwd, memory, ttl, maxBytes, maxUnpacked, registered }: MosaicsOptions): Mosaics {
  const context: StoreContext = { net, cwd, limits: { maxBytes, maxUnpacked, memory } }
  const entries = new LRUCache<string, Entry>({ maxSize: memory, sizeCalculation: ({ store }) => Math.max(1, store.bytes) })
  const opening = new SharedWork<MosaicStore>()

  function fresh(url: string): MosaicStore | undefined {
    const entry = entries.get(url)
    return entry && performance.now() - entry.checked < ttl * 1000 ? entry.store : undefined
  }

  function place(url: string): MosaicPlace {
    if (!isRegisteredName(url)) return { address: url, kind: storeKindOf(url), context }
    const mosaic = findRegistered(registered?.mosaics ?? [], url)
    const own = { ...context, net: registered?.net ?? net }
    return { address: mosaic.address, kind: storeKindOf(mosaic.address), context: own, registered: mosaic }
  }

  async function load(url: string, from: MosaicPlace, options: ReadOptions): Promise<MosaicStore> {
    const known = entries.peek(url)
    // The time before the look: what changes during it is seen the next time.
    const checked = performance.now()
    const ifNot = known?.store.revision
    const opened = await from.kind.open(from.address, from.context, { ...options, ifNot }).catch((error: unknown) => {
      if (error instanceof SmaltiError && error.status < 500) entries.delete(url)
      throw from.registered ? withoutAddress(error, from.registered) : error
    })
    const store = opened && from.registered ? new RegisteredStore(opened, from.registered) : opened
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
      const from = place(url)
      const here = fresh(url)
      if (trace) trace[here ? 'cacheHits' : 'cacheMisses']++
      return here ?? opening.run(url, signal, (shared) => load(url, from, { signal: shared, trace }))
    },
    peek: fresh,
    place,
    stats: () => ({ mosaics: entries.size, bytes: entries.calculatedSize, maxBytes: memory }),
    close: () => entries.clear(),
  }
}
