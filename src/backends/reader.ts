import { dirname } from 'node:path'
import { Answers } from '../answers.ts'
import { type Cogs, createCogs } from '../cog/cogs.ts'
import { cloudEnvironment } from '../config/environment.ts'
import type { Engine } from '../engine.ts'
import type { MosaicPlace } from '../mosaic/mosaics.ts'
import { createCredentials } from '../net/credentials.ts'
import { createNet } from '../net/net.ts'
import { SourceCounts } from '../net/source-counts.ts'
import type { WritableNet } from '../net/source.ts'
import { createItems, type Items } from '../stac/items.ts'
import type { StoreContext, StoreKind } from '../stores/kind.ts'
import type { MosaicStore } from '../stores/store.ts'
import type { Pool } from '../work/pool.ts'
import type { BackendOptions } from './options.ts'
import { poolWhenNeeded } from './shared-pool.ts'

const GiB = 2 ** 30
const CACHE = 256 * 2 ** 20
const READ_AHEAD = 4
/** Pixels of the largest picture, 64 million: larger ones are asked for by the option. */
const MAX_PIXELS = 2 ** 26

/** What one backend reads with: the mosaic with the caller's rights, its assets through the guard. Nothing is started before it is used. */
export class Reader {
  readonly context: StoreContext
  readonly maxAssets: number
  readonly #options: BackendOptions
  readonly #assets: WritableNet
  readonly #pool: Pool
  readonly #place: MosaicPlace
  #cogs: Cogs | undefined
  #items: Items | undefined

  constructor(kind: StoreKind, address: string, options: BackendOptions) {
    const { cwd = process.cwd(), timeoutMs, allow = [] } = options
    const shared = { cwd, timeoutMs, credentials: createCredentials(options.credentials ?? []), env: cloudEnvironment() }
    const net = createNet({ ...shared, allow: 'all' })
    this.#options = options
    this.#pool = poolWhenNeeded(options.workers)
    this.#assets =
      allow === 'all' ? net : createNet({ ...shared, allow: [...placesOf(kind, address, cwd), ...allow], allowPublic: true })
    this.maxAssets = options.maxAssets ?? Number.MAX_SAFE_INTEGER
    const { maxBytes = GiB, maxUnpacked = 4 * GiB, memory = 2 * GiB } = options
    this.context = { net, cwd, limits: { maxBytes, maxUnpacked, memory } }
    this.#place = { address, kind, context: this.context }
  }

  /** What the reading functions take, with this one mosaic in it. */
  engine(mosaic: MosaicStore): Engine {
    this.#cogs ??= createCogs({ net: this.#assets, pool: this.#pool, memory: CACHE, ttl: 60 })
    const stats = () => ({ entries: 1, bytes: mosaic.bytes, maxBytes: mosaic.bytes, hits: 0, misses: 0, evictions: 0 })
    return {
      mosaics: {
        open: async () => mosaic,
        revalidate: async () => mosaic,
        peek: () => mosaic,
        place: () => this.#place,
        changed() {},
        changes: 0,
        stats,
        close() {},
      },
      cogs: this.#cogs,
      items: (this.#items ??= createItems({ net: this.#assets, ttl: 60 })),
      pool: this.#pool,
      sources: new SourceCounts(),
      answers: new Answers({ records: 1, memory: 1, ttl: 1 }),
      points: new Answers({ records: 1, memory: 1, ttl: 1 }),
      limits: {
        maxAssets: this.maxAssets,
        maxPixels: this.#options.maxPixels ?? MAX_PIXELS,
        readAhead: READ_AHEAD,
        readAheadAll: READ_AHEAD,
      },
      close: () => this.close(),
    }
  }

  async close(): Promise<void> {
    await this.#cogs?.close()
    await this.#pool.close()
    this.#cogs = undefined
    await this.context.net.close()
    if (this.#assets !== this.context.net) await this.#assets.close()
  }
}

/** Where assets of a mosaic lie as a rule: below its folder and the working directory, or on its server. */
function placesOf(kind: StoreKind, address: string, cwd: string): readonly string[] {
  const path = kind.localPath?.(address, cwd)
  if (path !== undefined) return [dirname(path), cwd]
  const url = URL.parse(address.replace(/^stac(?:[+ ]|%2B):?/i, ''))
  if (url && /^https?:$/.test(url.protocol)) return [`${url.origin}/`]
  // What the caller holds counts from the caller's folder; what came from elsewhere has no business on this disk.
  return kind.keeps === false ? [cwd] : []
}
