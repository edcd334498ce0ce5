import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import { AlreadyExistsError, NotFoundError, PreconditionFailedError } from '../errors.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import { mosaicInfoOf } from '../mosaic/members.ts'
import { type SortedTiles, sortedTiles } from '../mosaic/quadkeys.ts'
import { METADATA_TABLE } from './sqlite-address.ts'
import { databaseRevision, openToWrite, patiently, sqliteError } from './sqlite-database.ts'
import { deleteMembers, prepareMetadata, writeMembers } from './sqlite-metadata.ts'
import { tileOf } from './sqlite-tiles.ts'
import type { Amendment, DeleteOptions, WriteOptions } from './store.ts'

/** cogeo-mosaic updates only databases that say so. */
const USER_VERSION = 3
/** Rows between which others get their turn. */
const BATCH = 2000

export interface SqliteTarget {
  /** Real path, checked by the guard. */
  readonly path: string
  readonly mosaic: string
  /** For messages. */
  readonly name: string
}

/**
 * Writes a mosaic in one transaction: only the rows that differ from what is there.
 * @throws AlreadyExistsError, PreconditionFailedError, InvalidMosaicError, BusyError
 */
export async function writeSqlite(target: SqliteTarget, mosaic: MosaicJSON, options: WriteOptions): Promise<void> {
  const { tiles: _, ...members } = mosaic
  const tiles = await sortedTiles(mosaic, mosaicInfoOf(members).quadkeyZoom)
  await inTransaction(target, options.ifRevision, async (database) => {
    const exists = tableExists(database, target.mosaic)
    // Pages that are changed stay in memory until the commit, so that readers go on; a database that is new has none.
    database.pragma(`cache_spill = ${tableExists(database, METADATA_TABLE) ? 'OFF' : 'ON'}`)
    if (exists && !options.overwrite && options.ifRevision === undefined) {
      throw new AlreadyExistsError(`${target.name} is there already and may not be overwritten`)
    }
    prepareMetadata(database)
    if (!exists) database.exec(`CREATE TABLE "${target.mosaic}" (quadkey TEXT NOT NULL, assets JSON NOT NULL)`)
    makeIndex(database, target.mosaic)
    await (exists ? writeChanges(database, target.mosaic, tiles) : insertAll(database, target.mosaic, tiles))
    writeMembers(database, target.mosaic, members)
    database.pragma(`user_version = ${USER_VERSION}`)
  })
}

/**
 * Changes the members and some tiles in one transaction; other rows are neither read nor written.
 * @throws PreconditionFailedError, InvalidMosaicError, BusyError
 */
export async function amendSqlite(
  target: SqliteTarget,
  quadkeys: readonly string[],
  amendment: Amendment,
  ifRevision: string,
): Promise<void> {
  const { mosaic, name } = target
  await inTransaction(target, ifRevision, async (database) => {
    database.pragma('cache_spill = OFF')
    prepareMetadata(database)
    makeIndex(database, mosaic)
    const rows = database.prepare<[string], string>(`SELECT assets FROM "${mosaic}" WHERE quadkey = ? ORDER BY rowid`).pluck()
    const present = new Map<string, readonly string[]>()
    for (const [i, quadkey] of quadkeys.entries()) {
      const assets = rows.all(quadkey).flatMap((text) => tileOf(quadkey, text, name).assets)
      if (assets.length > 0) present.set(quadkey, assets)
      if (i % BATCH === BATCH - 1) await turn()
    }
    const { members, tiles } = amendment(present)
    const remove = database.prepare(`DELETE FROM "${mosaic}" WHERE quadkey = ?`)
    for (const [i, quadkey] of [...tiles.keys()].entries()) {
      remove.run(quadkey)
      if (i % BATCH === BATCH - 1) await turn()
    }
    await insertAll(database, mosaic, [...tiles])
    writeMembers(database, mosaic, members)
    database.pragma(`user_version = ${USER_VERSION}`)
  })
}

/** cogeo-mosaic's tables have none. */
function makeIndex(database: Database, mosaic: string): void {
  database.exec(`CREATE INDEX IF NOT EXISTS "${mosaic}:quadkey" ON "${mosaic}" (quadkey)`)
}

/** @throws NotFoundError, BusyError */
export async function deleteSqlite(target: SqliteTarget, { ifRevision }: DeleteOptions = {}): Promise<void> {
  await inTransaction(target, ifRevision, async (database) => {
    if (!tableExists(database, target.mosaic)) throw new NotFoundError(`${target.name} was not found`)
    deleteMembers(database, target.mosaic)
    database.exec(`DROP TABLE "${target.mosaic}"`)
  })
}

async function insertAll(database: Database, mosaic: string, tiles: SortedTiles): Promise<void> {
  const insert = database.prepare(`INSERT INTO "${mosaic}" (quadkey, assets) VALUES (?, ?)`)
  for (const [i, [quadkey, assets]] of tiles.entries()) {
    insert.run(quadkey, JSON.stringify(assets))
    if (i % BATCH === BATCH - 1) await turn()
  }
}

/** A row that says the same stays as it is; a key that the table has twice is written once. */
async function writeChanges(database: Database, mosaic: string, tiles: SortedTiles): Promise<void> {
  const wanted = new Map(tiles)
  const next = database.prepare<[number, number], [number, string, string]>(
    `SELECT rowid, quadkey, assets FROM "${mosaic}" WHERE rowid > ? ORDER BY rowid LIMIT ?`,
  )
  next.raw()
  const remove = database.prepare(`DELETE FROM "${mosaic}" WHERE rowid = ?`)
  const change = database.prepare(`UPDATE "${mosaic}" SET assets = ? WHERE rowid = ?`)
  for (let last = Number.MIN_SAFE_INTEGER; ;) {
    const rows = next.all(last, BATCH)
    for (const [rowid, quadkey, assets] of rows) {
      const text = wanted.has(quadkey) ? JSON.stringify(wanted.get(quadkey)) : undefined
      if (text === undefined) remove.run(rowid)
      else if (text !== assets) change.run(text, rowid)
      wanted.delete(quadkey)
      last = rowid
    }
    if (rows.length < BATCH) break
    await turn()
  }
  await insertAll(database, mosaic, [...wanted])
}

function tableExists(database: Database, mosaic: string): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(mosaic) !== undefined
}

/** All or nothing. The connection is the transaction's own, so that it may rest between rows. */
async function inTransaction(
  target: SqliteTarget,
  ifRevision: string | undefined,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const { path, name } = target
  if (ifRevision !== undefined) await checkRevision(target, ifRevision)
  const database = await openToWrite(path, name)
  try {
    await patiently(name, () => database.exec('BEGIN IMMEDIATE'))
    // Once more under the lock: nobody else can commit from here on.
    if (ifRevision !== undefined) await checkRevision(target, ifRevision)
    await work(database)
    await patiently(name, () => database.exec('COMMIT'))
  } catch (error) {
    throw sqliteError(name, error)
  } finally {
    if (database.inTransaction) database.exec('ROLLBACK')
    database.close()
  }
}

async function checkRevision({ path, name }: SqliteTarget, ifRevision: string): Promise<void> {
  const now = await databaseRevision(path, name).catch(() => undefined)
  if (now !== ifRevision) throw new PreconditionFailedError(`${name} has been changed or deleted since it was read`)
}
