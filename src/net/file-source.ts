import type { BigIntStats } from 'node:fs'
import { constants } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { ChangedError, NotAllowedError, NotFoundError, SmaltiError, UpstreamError } from '../errors.ts'
import { notRegular } from './roots.ts'
import type { ByteSource, ReadOptions } from './source.ts'

/**
 * No link at the end, since the path is a real path already: one that has been put there meanwhile is not followed. And no
 * waiting for the writer of a pipe.
 */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** A regular file, opened. @param path real path, checked by the guard. @param name for messages. @throws NotFoundError, NotAllowedError */
export async function openFileSource(path: string, name: string): Promise<FileSource> {
  let handle: FileHandle
  try {
    handle = await openFile(path, FLAGS)
  } catch (error) {
    throw openError(name, error)
  }
  try {
    const stats = await handle.stat({ bigint: true })
    if (!stats.isFile()) throw notRegular(name)
    return new FileSource(name, handle, stats)
  } catch (error) {
    await handle.close()
    throw error
  }
}

export class FileSource implements ByteSource {
  readonly name: string
  readonly size: number
  readonly revision: string
  readonly #handle: FileHandle
  #closed: Promise<void> | undefined
  #inFlight = 0
  #idle: PromiseWithResolvers<void> | undefined

  constructor(name: string, handle: FileHandle, stats: BigIntStats) {
    this.name = name
    this.size = Number(stats.size)
    this.revision = fileRevision(stats)
    this.#handle = handle
  }

  async read(offset: number, length: number, { signal, trace, into }: ReadOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted()
    if (this.#closed) throw new UpstreamError(`${this.name} has been closed`)
    const size = Math.max(0, Math.min(length, this.size - offset))
    const bytes = into?.subarray(0, size) ?? new Uint8Array(size)
    this.#inFlight++
    try {
      let filled = 0
      while (filled < bytes.length) {
        const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, offset + filled)
        if (bytesRead === 0) throw this.#changed()
        filled += bytesRead
      }
      // After the read, not before or beside it: bytes are handed out only if the file was the same when they had been read.
      if (fileRevision(await this.#handle.stat({ bigint: true })) !== this.revision) throw this.#changed()
    } catch (error) {
      throw error instanceof SmaltiError ? error : new UpstreamError(`${this.name} could not be read`, { cause: error })
    } finally {
      if (--this.#inFlight === 0) this.#idle?.resolve()
    }
    signal?.throwIfAborted()
    if (trace) {
      trace.reads++
      trace.bytesRead += bytes.length
    }
    return bytes
  }

  /** Waits for the reads in flight. Further calls wait for the same. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    if (this.#inFlight > 0) {
      this.#idle = Promise.withResolvers()
      await this.#idle.promise
    }
    await this.#handle.close()
  }

  #changed(): ChangedError {
    return new ChangedError(`${this.name} changed while it was being read`)
  }
}

/** Size, modification time and inode: another when the file is written to or replaced. */
export function fileRevision(stats: BigIntStats): string {
  return `${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}-${stats.ino.toString(36)}`
}

function openError(name: string, cause: unknown): SmaltiError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') return new NotFoundError(`${name} was not found`, { cause })
  if (code === 'EACCES' || code === 'EPERM') return new NotAllowedError(`${name} may not be read by the server's user`)
  if (code === 'ELOOP' || code === 'ENXIO') return notRegular(name)
  return new UpstreamError(`${name} could not be opened`, { cause })
}
