import { gunzipSync } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import type { CacheCount } from '../cache/cache-count.ts'
import { SharedWork } from '../cache/shared-work.ts'
import { InvalidItemError, SmaltiError, TooLargeError } from '../errors.ts'
import { isGzip } from '../mosaic/unpack.ts'
import { withoutSecrets } from '../net/address.ts'
import type { Document, Net, ReadOptions } from '../net/source.ts'
import { parseItem, type StacItem } from './item.ts'

/** Items have tens of kilobytes. */
const MAX_BYTES = 4 * 2 ** 20
/** Of documents; what is kept of one has about as many bytes as its document. */
const CACHE_BYTES = 16 * 2 ** 20

export interface OpenedItem extends StacItem {
  /** Address without secrets, for messages. */
  readonly name: string
  /** Of the document; feeds ETags. */
  readonly revision: string
}

/** The opened STAC items, by address: bounded in bytes, revalidated after the TTL, shared while they open. Failures are not kept. */
export interface Items {
  /** @throws SmaltiError: InvalidItemError for what is no item, NotFoundError, NotAllowedError … */
  open(href: string, options?: ReadOptions): Promise<OpenedItem>
  stats(): CacheCount
}

interface Entry {
  readonly item: OpenedItem
  readonly bytes: number
  /** performance.now() of the last look at the source. */
  checked: number
}

/** @param ttl seconds. @param alternate key of the `alternate` addresses that go before `href` */
export function createItems({ net, ttl, alternate }: { net: Net; ttl: number; alternate?: string }): Items {
  const looks = { hits: 0, misses: 0, evictions: 0 }
  const entries = new LRUCache<string, Entry>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ bytes }) => bytes + 1024,
    dispose: (_entry, _href, reason) => {
      if (reason === 'evict') looks.evictions++
    },
  })
  const opening = new SharedWork<OpenedItem>()

  async function load(href: string, options: ReadOptions): Promise<OpenedItem> {
    const known = entries.peek(href)
    const checked = performance.now()
    const read = { ...options, maxBytes: MAX_BYTES, ifNot: known?.item.revision }
    const document = await net.readDocument(href, read).catch((error: unknown) => {
      if (error instanceof SmaltiError && error.status < 500) entries.delete(href)
      throw error
    })
    if (!document && known) {
      known.checked = checked
      return known.item
    }
    if (!document) throw new Error('an item that nobody knew is unchanged')
    entries.delete(href)
    const name = withoutSecrets(href)
    const item = {
      ...parseItem(parseJson(document, name), { address: href, name, alternate }),
      name,
      revision: document.revision,
    }
    entries.set(href, { item, bytes: document.bytes.length, checked })
    return item
  }

  return {
    async open(href, { signal, trace } = {}) {
      const entry = entries.get(href)
      const here = entry && performance.now() - entry.checked < ttl * 1000
      looks[here ? 'hits' : 'misses']++
      if (trace) trace[here ? 'cacheHits' : 'cacheMisses']++
      return here ? entry.item : opening.run(href, signal, (shared) => load(href, { signal: shared, trace }))
    },
    stats: () => ({ entries: entries.size, bytes: entries.calculatedSize, maxBytes: CACHE_BYTES, ...looks }),
  }
}

function parseJson({ bytes }: Document, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(unpacked(bytes, name)))
  } catch (error) {
    if (error instanceof SmaltiError) throw error
    throw new InvalidItemError(`${name}: is not a STAC item: not JSON`, { cause: error })
  }
}

function unpacked(bytes: Uint8Array, name: string): Uint8Array {
  if (!isGzip(bytes)) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES })
  } catch (error) {
    if (error instanceof RangeError) throw new TooLargeError(`${name} has more than ${MAX_BYTES} bytes unpacked`)
    throw error
  }
}
