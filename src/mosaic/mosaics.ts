import { LRUCache } from 'lru-cache'
import type { CacheCount } from '../cache/cache-count.ts'
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
  /** Of DynamoDB tables whose address names none. */
  readonly region?: string
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
  /** The mosaic as it lies there now: its source is looked at, however short ago that was done. @throws SmaltiError */
  revalidate(url: string, options?: ReadOptions): Promise<MosaicStore>
  /** It has been written or deleted: what was read of it before is an answer to nobody who asks from now on, under any spelling. */
  changed(url: string): void
  /** Calls of {@link changed} so far. Work that was begun before one of them is not shared with those who ask after it. */
  readonly changes: number
  /** Where the mosaic of a `url` lies, which may be a name. Nothing is opened. @throws NotFoundError, ParameterError */
  place(url: string): MosaicPlace
  stats(): CacheCount
  close(): void
}

interface Entry {
  readonly store: MosaicStore
  /** performance.now() of the last look at the source. */
  checked: number
  /** When a look behind the back of the requests was begun last. */
  begun?: number
}

/** Milliseconds between two such looks: the source may be down. */
const LOOK_AGAIN = 5000

export function createMosaics(options: MosaicsOptions): Mosaics {
  const { net, cwd, memory, ttl, maxBytes, maxUnpacked, region = 'us-east-1', registered } = options
  const context: StoreContext = { net, cwd, limits: { maxBytes, maxUnpacked, memory } }
  const looks = { hits: 0, misses: 0, evictions: 0 }
  const entries = new LRUCache<string, Entry>({
    maxSize: memory,
    sizeCalculation: ({ store }) => Math.max(1, store.bytes),
    dispose: (_entry, _url, reason) => {
      if (reason === 'evict') looks.evictions++
    },
  })
  const opening = new SharedWork<MosaicStore>()
  let changes = 0

  function fresh(url: string): MosaicStore | undefined {
    const entry = entries.get(url)
    return entry && performance.now() - entry.checked < ttl * 1000 ? entry.store : undefined
  }

  /** A mosaic that is due, of a kind that takes long: it is shown, and looked at anew behind the requests, each of which would wait. */
  function stale(url: string, from: MosaicPlace): MosaicStore | undefined {
    const entry = entries.peek(url)
    const now = performance.now()
    if (!entry || now - entry.checked > ttl * 1000 + (from.kind.staleMs ?? 0)) return undefined
    if (now - (entry.begun ?? -Infinity) > LOOK_AGAIN) {
      entry.begun = now
      // What fails now is for the request that has to wait for it.
      opening.run(`${changes} ${url}`, undefined, (signal) => load(url, from, { signal })).catch(() => {})
    }
    return entry.store
  }

  function place(url: string): MosaicPlace {
    if (!isRegisteredName(url)) return { address: url, kind: storeKindOf(url), context }
    const mosaic = findRegistered(registered?.mosaics ?? [], url)
    const own = { ...context, net: registered?.net ?? net }
    return { address: mosaic.address, kind: storeKindOf(mosaic.address), context: own, registered: mosaic }
  }

  async function load(url: string, from: MosaicPlace, reading: ReadOptions): Promise<MosaicStore> {
    const known = entries.peek(url)
    const began = changes
    // The time before the look: what changes during it is seen the next time, and what we changed ourselves the very next.
    const start = performance.now()
    const checked = () => (began === changes ? start : -Infinity)
    const ifNot = known?.store.revision
    const opened = await from.kind.open(from.address, from.context, { ...reading, ifNot }).catch((error: unknown) => {
      if (error instanceof SmaltiError && error.status < 500) entries.delete(url)
      throw from.registered ? withoutAddress(error, from.registered) : error
    })
    const store = opened && from.registered ? new RegisteredStore(opened, from.registered) : opened
    if (!store && known) {
      known.checked = Math.max(known.checked, checked())
      return known.store
    }
    if (!store) throw new Error('a store that nobody knew is unchanged')
    if (store.bytes > memory) {
      entries.delete(url)
      throw new TooLargeError(`the mosaic does not fit into the ${memory} bytes for mosaics`, '--mosaic-memory')
    }
    // A look that was begun later has seen more.
    if ((entries.peek(url)?.checked ?? -Infinity) <= start) entries.set(url, { store, checked: checked() })
    return store
  }

  /** One text for all spellings of an address where mosaics are written; of a database, for all its mosaics. */
  function placeKey(url: string): string | undefined {
    try {
      const { address, kind } = place(url)
      return JSON.stringify(kind.touches?.(address, { cwd, region }))
    } catch (error) {
      if (error instanceof SmaltiError) return undefined
      throw error
    }
  }

  return {
    async open(url, { signal, trace } = {}) {
      const from = place(url)
      const here = fresh(url) ?? stale(url, from)
      looks[here ? 'hits' : 'misses']++
      if (trace) trace[here ? 'cacheHits' : 'cacheMisses']++
      return here ?? opening.run(`${changes} ${url}`, signal, (shared) => load(url, from, { signal: shared, trace }))
    },
    peek: fresh,
    revalidate: async (url, reading = {}) => load(url, place(url), reading),
    changed(url) {
      changes++
      const key = placeKey(url)
      for (const [other, entry] of entries.entries()) {
        if (other === url || (key !== undefined && placeKey(other) === key)) entry.checked = -Infinity
      }
    },
    get changes() {
      return changes
    },
    place,
    stats: () => ({ entries: entries.size, bytes: entries.calculatedSize, maxBytes: memory, ...looks }),
    close: () => entries.clear(),
  }
}
