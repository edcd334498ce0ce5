import { link, open, rename, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { AlreadyExistsError, BusyError, NotFoundError, SmaltiError, UpstreamError } from '../errors.ts'
import { fileRevision } from '../net/file-source.ts'
import { withFileLock } from './file-lock.ts'
import { sweepLeftBehind, temporaryBeside } from './left-behind.ts'

/**
 * Writes a file so that whoever opens it sees the old one or the new one, whole, even after a crash: into a temporary file beside
 * it, flushed, then renamed under a lock. What it replaces gives it its mode and, as far as this process may, its owner and group.
 * @param path real path: a link would be replaced itself. @param options.before runs under the lock, when all but the rename is done,
 * and may still refuse. @returns its revision. @throws AlreadyExistsError if it is there and `overwrite` is false; NotFoundError where the folder is not there
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  { overwrite, before }: { overwrite: boolean; before?: () => Promise<void> },
): Promise<string> {
  const temporary = temporaryBeside(path)
  try {
    const revision = await writeFlushed(temporary, bytes, path)
    await putInPlace(temporary, path, { overwrite, before })
    return revision
  } catch (error) {
    throw fileError(path, error)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** The second half of {@link writeAtomically}, for a file of the same file system that is written and flushed. */
export async function putInPlace(
  temporary: string,
  path: string,
  { overwrite, before }: { overwrite: boolean; before?: () => Promise<void> },
): Promise<void> {
  try {
    await withFileLock(path, async (lock) => {
      await before?.()
      if (!(await lock.isHeld())) throw new BusyError(`${basename(path)} is being written by others`)
      if (overwrite) await rename(temporary, path)
      else await linkNew(temporary, path)
    })
    await flushFolder(dirname(path))
    await sweepLeftBehind(path)
  } catch (error) {
    throw fileError(path, error)
  }
}

/** Under the same lock. @param options.before runs under it, and may still refuse. @throws NotFoundError */
export async function removeFile(path: string, { before }: { readonly before?: () => Promise<void> } = {}): Promise<void> {
  try {
    await withFileLock(path, async () => {
      await before?.()
      await rm(path)
    })
  } catch (error) {
    throw fileError(path, error)
  }
}

/** @returns the revision, which the file keeps under another name */
async function writeFlushed(path: string, bytes: Uint8Array, replaced: string): Promise<string> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await takeAfter(file, replaced)
    await file.sync()
    return fileRevision(await file.stat({ bigint: true }))
  } finally {
    await file.close()
  }
}

/** Mode, group and owner of what is replaced. Only root gives files away, so that the owner stays where it cannot be kept. */
async function takeAfter(file: FileHandle, replaced: string): Promise<void> {
  const old = await stat(replaced).catch(() => undefined)
  if (!old?.isFile()) return
  const own = await file.stat()
  if (old.gid !== own.gid) await file.chown(own.uid, old.gid).catch(() => undefined)
  if (old.uid !== own.uid) await file.chown(old.uid, old.gid).catch(() => undefined)
  // Last: a change of the owner takes bits of the mode away.
  await file.chmod(old.mode & 0o777).catch(() => undefined)
}

/** A second name for the file, which fails if the name is taken, also by a program that knows nothing of the lock. */
async function linkNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new AlreadyExistsError(`${basename(path)} is there already and may not be overwritten`)
    }
    throw error
  }
}

/** The rename itself must survive a crash. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** What the file system threw, in our words. */
function fileError(path: string, error: unknown): unknown {
  if (error instanceof SmaltiError) return error
  const name = basename(path)
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new NotFoundError(`${name}: it or its folder was not found`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new UpstreamError(`${name}: its folder cannot be written by this process's user`, { cause: error })
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') return new UpstreamError(`${name}: there is no space left for it`, { cause: error })
  return new UpstreamError(`${name} could not be written`, { cause: error })
}
