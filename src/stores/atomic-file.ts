import { randomUUID } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AlreadyExistsError } from '../errors.ts'

/**
 * Writes a file so that whoever opens it sees the old one or the new one, whole, even after a crash: into a temporary file beside
 * it, flushed, then renamed. @param options.before runs when all but the rename is done, and may still refuse
 * @throws AlreadyExistsError if it is there and `overwrite` is false
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  { overwrite, before }: { overwrite: boolean; before?: () => Promise<void> },
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`)
  try {
    await writeFlushed(temporary, bytes)
    await before?.()
    if (overwrite) await rename(temporary, path)
    else await linkNew(temporary, path)
    await flushFolder(dirname(path))
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A second name for the file, which fails if the name is taken: between a look and a rename another could have written. */
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
