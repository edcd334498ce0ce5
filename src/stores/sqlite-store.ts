import { resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import { ChangedError } from '../errors.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import type { KeyRange } from '../mosaic/key-range.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import { MosaicBuilder } from '../mosaic/mosaic-builder.ts'
import type { ParsedMosaic } from '../mosaic/parse.ts'
import type { ReadOptions } from '../net/source.ts'
import { type AssetAddresses, besideFile } from './asset-addresses.ts'
import { DocumentStore } from './document-store.ts'
import { type KeyedStoreOptions, KeyedStore, type KeyedTile } from './keyed-store.ts'
import type { StoreContext, StoreKind } from './kind.ts'
import { parseSqlite, printSqlite } from './sqlite-address.ts'
import { databaseRevision, openToRead, patiently, sqliteError } from './sqlite-database.ts'
import { readMembers } from './sqlite-metadata.ts'
import { hasIndex, PAGE, SqliteTiles, tileOf } from './sqlite-tiles.ts'
import { amendSqlite, deleteSqlite, type SqliteTarget, writeSqlite } from './sqlite-write.ts'
import type { Amendment, DeleteOptions, MosaicStore, WriteOptions } from './store.ts'

/** A connection with its page cache, about. It is closed when nobody has the store any more. */
const CONNECTION_BYTES = 512 * 1024
const QUERIES_OF_BOX = 64
const TRIES = 4

/** A mosaic in an SQLite database: one query on an index a tile. */
export class SqliteStore extends KeyedStore {
  readonly bytes = CONNECTION_BYTES
  protected readonly queriesOfBox = QUERIES_OF_BOX
  readonly #target: SqliteTarget
  readonly #tiles: SqliteTiles
  readonly #database: Database

  constructor(target: SqliteTarget, database: Database, options: KeyedStoreOptions) {
    super(options)
    this.#target = target
    this.#database = database
    this.#tiles = new SqliteTiles(database, target.mosaic, target.name)
  }

  /** Members and tiles of one version: not those of the start beside tiles that have been written since. */
  override async document(): Promise<MosaicJSON> {
    const { mosaic, name } = this.#target
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const version = await this.#read(() => this.#tiles.version(), undefined)
      const members = await this.#read(() => readMembers(this.#database, mosaic, name), undefined)
      const { tiles } = await super.document()
      if ((await this.#read(() => this.#tiles.version(), undefined)) === version) return { ...members, tiles } as MosaicJSON
    }
    throw new ChangedError(`${name} changed while it was being read`)
  }

  async write(mosaic: MosaicJSON, options: WriteOptions): Promise<undefined> {
    await writeSqlite(this.#target, mosaic, options)
  }

  async amend(quadkeys: readonly string[], amendment: Amendment): Promise<undefined> {
    await amendSqlite(this.#target, quadkeys, amendment, this.revision)
  }

  async delete(options?: DeleteOptions): Promise<void> {
    await deleteSqlite(this.#target, options)
  }

  protected async *pages(range: KeyRange, { signal, trace }: ReadOptions): AsyncGenerator<readonly KeyedTile[]> {
    const { name } = this.#target
    let version: number | undefined
    for (let from = range.from; ;) {
      signal?.throwIfAborted()
      if (trace) trace.reads++
      let page = await this.#read(() => this.#tiles.page({ from, below: range.below }), signal)
      if (page.length === PAGE && version === undefined) {
        // There are more: the first page once more, of a version that is known.
        version = await this.#read(() => this.#tiles.version(), signal)
        page = await this.#read(() => this.#tiles.page({ from, below: range.below }), signal)
      }
      if (page.length === 0) return
      yield page
      if (page.length < PAGE) return
      // A space sorts behind the key itself and before the next.
      from = `${page[page.length - 1].quadkey} `
      await turn()
      if ((await this.#read(() => this.#tiles.version(), signal)) !== version) {
        throw new ChangedError(`${name} changed while it was being read`)
      }
    }
  }

  async #read<T>(work: () => T, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await patiently(this.#target.name, work, signal)
    } catch (error) {
      throw sqliteError(this.#target.name, error)
    }
  }
}

/** A table without an index, as cogeo-mosaic makes them: read once, since every query would read all of it. */
class SqliteDocumentStore extends DocumentStore {
  readonly #target: SqliteTarget

  constructor(target: SqliteTarget, mosaic: ParsedMosaic, revision: string, addresses: AssetAddresses) {
    super(mosaic, revision, addresses)
    this.#target = target
  }

  async write(mosaic: MosaicJSON, options: WriteOptions): Promise<undefined> {
    await writeSqlite(this.#target, mosaic, options)
  }

  async amend(quadkeys: readonly string[], amendment: Amendment): Promise<undefined> {
    await amendSqlite(this.#target, quadkeys, amendment, this.revision)
  }

  async delete(options?: DeleteOptions): Promise<void> {
    await deleteSqlite(this.#target, options)
  }
}

export const sqliteKind: StoreKind = {
  name: 'SQLite',
  localPath: (address, cwd) => resolve(cwd, parseSqlite(address).path),
  matches: (_, scheme) => scheme === 'sqlite',
  check: parseSqlite,
  async open(address, context, { ifNot, signal }) {
    const target = await targetOf(address, context, {})
    for (let attempt = 1; ; attempt++) {
      try {
        const revision = await databaseRevision(target.path, target.name)
        return revision === ifNot ? undefined : await openStore(target, revision, context, signal)
      } catch (error) {
        if (!(error instanceof ChangedError) || attempt >= TRIES) throw sqliteError(target.name, error)
      }
    }
  },
  touches: (address, { cwd }) => ({ database: resolve(cwd, parseSqlite(address).path) }),
  async create(address, mosaic, context, options) {
    await writeSqlite(await targetOf(address, context, { create: true }), mosaic, options)
    return undefined
  },
}

async function targetOf(address: string, context: StoreContext, options: { create?: boolean }): Promise<SqliteTarget> {
  const { path, mosaic } = parseSqlite(address)
  return { path: await context.net.databaseFile(path, options), mosaic, name: printSqlite({ path, mosaic }) }
}

async function openStore(
  target: SqliteTarget,
  revision: string,
  context: StoreContext,
  signal: AbortSignal | undefined,
): Promise<MosaicStore> {
  const { path, mosaic, name } = target
  const addresses = besideFile(path, context.cwd, context.net)
  const database = await openToRead(path, name)
  let isKept = false
  try {
    const members = await patiently(name, () => readMembers(database, mosaic, name), signal)
    if (hasIndex(database, mosaic)) {
      isKept = true
      return new SqliteStore(target, database, { info: mosaicInfoOf(members), revision, addresses, limits: context.limits })
    }
    const builder = new MosaicBuilder(members, context.limits)
    await readAll(database, target, builder, signal)
    return new SqliteDocumentStore(target, builder.finish(), revision, addresses)
  } finally {
    if (!isKept) database.close()
  }
}

/** @throws ChangedError if somebody has written meanwhile */
async function readAll(
  database: Database,
  { mosaic, name }: SqliteTarget,
  builder: MosaicBuilder,
  signal: AbortSignal | undefined,
): Promise<void> {
  const next = database.prepare<[number, number], [number, unknown, unknown]>(
    `SELECT rowid, quadkey, assets FROM "${mosaic}" WHERE rowid > ? ORDER BY rowid LIMIT ?`,
  )
  next.raw()
  const version = () => database.pragma('data_version', { simple: true })
  const before = version()
  for (let last = Number.MIN_SAFE_INTEGER; ;) {
    const rows = await patiently(name, () => next.all(last, PAGE), signal)
    for (const [rowid, quadkey, assets] of rows) {
      const tile = tileOf(quadkey, assets, name)
      builder.add(tile.quadkey, tile.assets)
      last = rowid
    }
    if (rows.length < PAGE) break
    await turn()
    signal?.throwIfAborted()
  }
  if (version() !== before) throw new ChangedError(`${name} changed while it was being read`)
}
