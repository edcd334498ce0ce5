import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Options } from 'better-sqlite3'
import { BusyError, InvalidMosaicError, NotFoundError, SmaltiError, UpstreamError } from '../errors.ts'
import { fileRevision } from '../net/file-source.ts'

/** Of the change counter in the header of a database. */
const COUNTER = { offset: 24, length: 4 }
/** Of the byte there that tells the journal: 1 or, write-ahead, 2. */
const JOURNAL_MODE = 18
/** Milliseconds that another program may hold the lock, and between two looks at it. */
const PATIENCE = 10_000
const PAUSE = 20
/** KiB of pages that a writer keeps in memory. */
const WRITE_CACHE = 16 * 1024

/** A database that is only read. Its journal need not be writable, nor its folder. @param path real path, checked by the guard */
export async function openToRead(path: string, name: string): Promise<Database> {
  try {
    return await readable(path)
  } catch (error) {
    const code = codeOf(error)
    // A writer died in the middle of a commit: whoever may write undoes it.
    if (code === 'SQLITE_READONLY_ROLLBACK' || code === 'SQLITE_READONLY_RECOVERY') {
      const database = await openToWrite(path, name)
      try {
        await patiently(name, () => database.prepare('SELECT count(*) FROM sqlite_master').get())
      } finally {
        database.close()
      }
      return readable(path)
    }
    if (code === 'SQLITE_CANTOPEN' && (await isWriteAhead(path))) {
      throw new UpstreamError(
        `${name}: the database is in write-ahead mode, which needs a folder that can be written (PRAGMA journal_mode = DELETE ends it)`,
      )
    }
    throw sqliteError(name, error)
  }
}

async function readable(path: string): Promise<Database> {
  const database = await connect(path, { readonly: true, fileMustExist: true })
  try {
    // Opening alone reads nothing.
    await patiently(path, () => database.prepare('SELECT count(*) FROM sqlite_master').get())
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** For one write; made if it is not there. */
export async function openToWrite(path: string, name: string): Promise<Database> {
  try {
    const database = await connect(path, {})
    await patiently(name, () => database.pragma(`cache_size = -${WRITE_CACHE}`))
    await patiently(name, () => database.pragma('synchronous = FULL'))
    return database
  } catch (error) {
    throw sqliteError(name, error)
  }
}

/** Waiting for a lock must not stop the process: SQLite's own wait is turned off. */
async function connect(path: string, options: Options): Promise<Database> {
  const { default: Sqlite } = await import('better-sqlite3')
  const database = new Sqlite(path, { ...options, timeout: 0 })
  // A database is data, not a program: nothing in its schema may call functions.
  database.pragma('trusted_schema = OFF')
  database.pragma('cell_size_check = ON')
  return database
}

/** Written by a program that keeps a log beside the database. */
async function isWriteAhead(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const mode = new Uint8Array(1)
    await file.read(mode, 0, 1, JOURNAL_MODE)
    return mode[0] === 2
  } finally {
    await file.close()
  }
}

/** Runs a statement again as long as another program holds the lock. @throws BusyError after ten seconds; else what it throws */
export async function patiently<T>(name: string, work: () => T, signal?: AbortSignal): Promise<T> {
  const end = performance.now() + PATIENCE
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!codeOf(error)?.startsWith('SQLITE_BUSY')) throw error
      if (performance.now() > end) throw new BusyError(`${name}: another program holds the lock of the database`)
    }
    await sleep(PAUSE, undefined, { signal })
  }
}

/**
 * Opened databases, by inode, for their change counters. They stay open: to close any handle of a file drops the locks that SQLite
 * holds on it in this process (POSIX), and then another program's commit lands in the middle of a read.
 */
const counters = new Map<string, Promise<FileHandle>>()
const inodes = new Map<string, string>()

async function counterOf(path: string, inode: string): Promise<string> {
  const before = inodes.get(path)
  if (before !== undefined && before !== inode) {
    // Replaced: nobody reads the old file through its name again.
    const old = counters.get(before)
    counters.delete(before)
    await old?.then((file) => file.close()).catch(() => undefined)
  }
  inodes.set(path, inode)
  const opening = counters.get(inode) ?? open(path, 'r')
  counters.set(inode, opening)
  try {
    const counter = new Uint8Array(COUNTER.length)
    await (await opening).read(counter, 0, COUNTER.length, COUNTER.offset)
    return Buffer.from(counter).toString('hex')
  } catch (error) {
    counters.delete(inode)
    throw error
  }
}

/** Another after each commit to the database. @param path real path. @throws NotFoundError */
export async function databaseRevision(path: string, name: string): Promise<string> {
  try {
    const file = await stat(path, { bigint: true })
    const own = `${fileRevision(file)}-${await counterOf(path, `${file.dev}:${file.ino}`)}`
    const log = await stat(`${path}-wal`, { bigint: true }).catch(() => undefined)
    return log && log.size > 0n ? `${own}-${fileRevision(log)}` : own
  } catch (cause) {
    throw new NotFoundError(`${name} was not found`, { cause })
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as { readonly code?: string }).code
}

/** What SQLite threw, in our words. @param name of the mosaic */
export function sqliteError(name: string, error: unknown): unknown {
  if (error instanceof SmaltiError) return error
  const code = codeOf(error)
  if (code === undefined || !code.startsWith('SQLITE')) return error
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return new InvalidMosaicError(`${name} is not a sound SQLite database`, { cause: error })
  if (/no such table/.test((error as Error).message)) return new NotFoundError(`${name} was not found`, { cause: error })
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return new UpstreamError(`${name}: the database cannot be opened or written by the server's user`, { cause: error })
  }
  return new UpstreamError(`${name}: the database failed`, { cause: error })
}
