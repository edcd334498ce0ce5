import { createHash } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BusyError } from '../errors.ts'

/** Milliseconds between two looks at a lock. */
const PAUSE = 10
/** A lock is held for the blink of a rename: one that stays the same for so long belongs to a writer that died. */
const STALE_MS = 3000
/** Waiting behind living writers ends here. */
const PATIENCE_MS = 30_000

/** Shows that the lock is still ours, and not taken for a dead writer's because this process was stopped for long. */
export interface HeldLock {
  isHeld(): Promise<boolean>
}

/**
 * Runs work that no other process of ours runs for the same file: a lock file, `.NAME.lock` beside it, that only one can create. It
 * needs no clock that others share: who waits watches it. Two that take a dead writer's lock away in the same microseconds might both go
 * on; `isHeld` leaves that no more than the time of a rename. @throws BusyError
 */
export async function withFileLock<T>(path: string, work: (lock: HeldLock) => Promise<T>): Promise<T> {
  const lock = join(dirname(path), lockName(basename(path)))
  const own = await acquire(lock, basename(path))
  try {
    return await work({ isHeld: async () => (await identity(lock)) === own })
  } finally {
    if ((await identity(lock)) === own) await rm(lock, { force: true })
  }
}

/** Where that would be too long for a name, its hash stands for it. */
function lockName(name: string): string {
  return `.${Buffer.byteLength(name) > 240 ? createHash('sha256').update(name).digest('hex') : name}.lock`
}

async function acquire(lock: string, name: string): Promise<string | undefined> {
  const end = performance.now() + PATIENCE_MS
  let seen: { readonly who: string; readonly since: number } | undefined
  for (;;) {
    try {
      const file = await open(lock, 'wx')
      await file.close()
      return await identity(lock)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const now = performance.now()
    if (now > end) throw new BusyError(`${name} is being written by others`)
    const who = await identity(lock)
    if (who !== undefined && who === seen?.who) {
      if (now - seen.since > STALE_MS) await rm(lock, { force: true })
    } else seen = who === undefined ? undefined : { who, since: now }
    await sleep(PAUSE * (0.5 + Math.random()))
  }
}

/** Another for each lock file, though it may get the inode of the last. */
async function identity(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.ino}-${found.birthtimeNs}-${found.mtimeNs}`
}
