import { realpathSync } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { NotAllowedError, NotFoundError, ParameterError } from '../errors.ts'
import { isBelow } from './allow.ts'

/** PATH_MAX of Linux, in bytes. A longer path names no file. */
const MAX_PATH = 4096

/** The folders below which files may be read. */
export class Roots {
  readonly #folders: readonly { readonly path: string; real: string | undefined }[]
  readonly #cwd: string

  constructor(folders: readonly string[], cwd: string) {
    this.#folders = folders.map((path) => ({ path, real: realPathNow(path) }))
    this.#cwd = cwd
  }

  /**
   * The real path of a regular file below one of the folders; links are followed and must stay below them.
   * @throws NotAllowedError (403) for all that lies outside, there or not; NotFoundError (404) for what is absent inside.
   */
  async resolveFile(path: string): Promise<string> {
    if (path.includes('\0')) throw new ParameterError('url', 'url: a path cannot hold a NUL character')
    const plain = resolve(this.#cwd, path)
    // Outside as it is written: nothing on the disk is asked, so that not even the time taken tells what is there.
    if (!this.#covers(plain)) throw notAllowed(path)
    if (Buffer.byteLength(plain) > MAX_PATH) throw new NotFoundError(`${path.slice(0, 80)}… was not found`)
    let real: string
    try {
      real = await realpath(plain)
    } catch (error) {
      throw await this.#whyAbsent(path, plain, error)
    }
    if (!this.#covers(real)) throw notAllowed(path)
    const stats = await lstat(real).catch((error: unknown) => {
      throw new NotFoundError(`${path} was not found`, { cause: error })
    })
    if (!stats.isFile()) throw notRegular(path)
    return real
  }

  /**
   * The same of a file that may be written: it may be absent if its folder is there, below one of the folders.
   * @throws NotAllowedError, NotFoundError
   */
  async resolveTarget(path: string): Promise<string> {
    const plain = resolve(this.#cwd, path)
    try {
      return await this.resolveFile(path)
    } catch (error) {
      if (!(error instanceof NotFoundError) || Buffer.byteLength(plain) > MAX_PATH) throw error
      const folder = await realpath(dirname(plain)).catch(() => undefined)
      if (folder === undefined) throw error
      if (!this.#covers(folder)) throw notAllowed(path)
      return join(folder, basename(plain))
    }
  }

  #covers(path: string): boolean {
    return this.#folders.some((folder) => {
      // A folder made after the start has its real path only now.
      folder.real ??= realPathNow(folder.path)
      return isBelow(path, folder.path) || (folder.real !== undefined && isBelow(path, folder.real))
    })
  }

  /**
   * Absent inside is 404. But where the way leads out through a link, absent and present must look alike; so must the target of
   * a link that leads nowhere, as it could be anywhere.
   */
  async #whyAbsent(path: string, plain: string, cause: unknown): Promise<Error> {
    let child = plain
    for (;;) {
      const parent = dirname(child)
      const real = await realpath(parent).catch(() => undefined)
      if (real === undefined && parent !== child) {
        child = parent
        continue
      }
      if (real === undefined || !this.#covers(real)) return notAllowed(path)
      // What is no link and is there has come since it was looked for.
      const isLink = await lstat(child).then(
        (stats) => stats.isSymbolicLink(),
        () => false,
      )
      return isLink ? notAllowed(path) : new NotFoundError(`${path} was not found`, { cause })
    }
  }
}

export function notRegular(path: string): NotAllowedError {
  return new NotAllowedError(`${path} is not a regular file`)
}

function notAllowed(path: string): NotAllowedError {
  return new NotAllowedError(`${path} is not below a folder that may be read`)
}

function realPathNow(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
