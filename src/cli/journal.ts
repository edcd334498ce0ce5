import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, statSync, type WriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { FileFootprint } from '../footprints.ts'
import { schemeOf } from '../net/address.ts'
import { fileRevision } from '../net/file-source.ts'
import { cacheFolder } from './cache-folder.ts'

/** What has been read of files, one JSON object a line, so that a run that was stopped need not begin anew. */
export interface Journal {
  readonly path: string
  /** The footprint of a file, if it is here; of a local one only while the file is what it was. */
  known(path: string): FileFootprint | undefined
  add(footprint: FileFootprint, revision: string): void
  /** Waits until all is written. */
  close(): Promise<void>
  /** Closes and deletes it. */
  remove(): Promise<void>
}

interface Entry {
  readonly tms: string
  readonly revision: string
  readonly footprint: FileFootprint
}

/** Seconds after which a journal that nobody named is not believed any more: remote files may be others by then. */
const LIFETIME = 24 * 3600

/** Reads a journal, if it is there, and goes on with it. */
export async function openJournal(path: string, { tms, cwd }: { readonly tms: string; readonly cwd: string }): Promise<Journal> {
  const entries = new Map<string, Entry>()
  let isTorn = false
  for await (const line of linesOf(path)) {
    const entry = parsed(line)
    isTorn = entry === undefined
    if (entry?.tms === tms) entries.set(entry.footprint.properties.path, entry)
  }
  let stream: WriteStream | undefined
  const close = async (): Promise<void> => {
    if (!stream) return
    stream.end()
    await finished(stream).catch(() => undefined)
    stream = undefined
  }
  return {
    path,
    known(asset) {
      const entry = entries.get(asset)
      return entry && isSame(asset, entry.revision, cwd) ? entry.footprint : undefined
    },
    add(footprint, revision) {
      if (!stream) {
        // Addresses may be signed: it is nobody else's to read.
        stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
        // A full disk: the work goes on, and is not kept.
        stream.on('error', () => undefined)
        // The end of a run that was killed in the middle of a line.
        if (isTorn) stream.write('\n')
      }
      stream.write(`${JSON.stringify({ tms, revision, footprint } satisfies Entry)}\n`)
    },
    close,
    async remove() {
      await close()
      await rm(path, { force: true })
    },
  }
}

/**
 * The journal of a command that writes to this address, for the case that it is stopped: in the user's cache, since the address may be
 * anywhere. undefined where there is no such folder to write to.
 */
export async function openOwnJournal(
  output: string | undefined,
  options: { readonly tms: string; readonly cwd: string },
): Promise<Journal | undefined> {
  const folder = cacheFolder('footprints')
  const key = createHash('sha256')
    .update(JSON.stringify([options.tms, options.cwd, output]))
    .digest('hex')
    .slice(0, 16)
  const path = join(folder, `${key}.ndjson`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const stats = await stat(path).catch(() => undefined)
    if (stats && Date.now() - stats.mtimeMs > LIFETIME * 1000) await rm(path)
    return await openJournal(path, options)
  } catch {
    return undefined
  }
}

/** Nothing, where there is no such file yet. @throws an error of the system where it cannot be read, or its folder is not there */
async function* linesOf(path: string): AsyncGenerator<string> {
  if (!(await stat(path).catch(() => undefined))) {
    await stat(dirname(path))
    return
  }
  yield* createInterface({ input: createReadStream(path), crlfDelay: Infinity })
}

function parsed(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Entry> | null
    const { path } = entry?.footprint?.properties ?? {}
    return typeof path === 'string' && typeof entry?.revision === 'string' ? (entry as Entry) : undefined
  } catch {
    return undefined
  }
}

function isSame(asset: string, revision: string, cwd: string): boolean {
  const scheme = schemeOf(asset)
  // Asking a server costs as much as reading the header from it.
  if ((scheme !== undefined && scheme !== 'file') || asset.startsWith('/vsi')) return true
  try {
    const path = scheme === 'file' ? fileURLToPath(asset) : resolve(cwd, asset)
    return fileRevision(statSync(path, { bigint: true })) === revision
  } catch {
    // What is wrong with it is said when it is read.
    return false
  }
}
