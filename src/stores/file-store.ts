import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { ParameterError, PreconditionFailedError } from '../errors.ts'
import { type MosaicJSON, textOf } from '../mosaic/document.ts'
import type { ParsedMosaic } from '../mosaic/parse.ts'
import { fileRevision } from '../net/file-source.ts'
import type { WritableNet } from '../net/source.ts'
import { besideFile, type AssetAddresses } from './asset-addresses.ts'
import { removeFile, writeAtomically } from './atomic-file.ts'
import { checkDocumentName } from './document-name.ts'
import { DocumentStore } from './document-store.ts'
import type { StoreKind } from './kind.ts'
import { readMosaic } from './read-mosaic.ts'
import type { DeleteOptions, Revision, WriteOptions } from './store.ts'

/** A document in a local file. */
export class FileStore extends DocumentStore {
  readonly #path: string
  readonly #net: WritableNet

  constructor(path: string, mosaic: ParsedMosaic, revision: string, addresses: AssetAddresses, net: WritableNet) {
    super(mosaic, revision, addresses)
    this.#path = path
    this.#net = net
  }

  /** Old or new, never a part: see {@link writeMosaicFile}. This store goes on to show what it has read. */
  async write(mosaic: MosaicJSON, options: WriteOptions): Promise<Revision> {
    return writeMosaicFile(await this.#net.documentFile(this.#path), mosaic, options)
  }

  async delete({ ifRevision }: DeleteOptions = {}): Promise<void> {
    const path = await this.#net.documentFile(this.#path)
    await removeFile(path, { before: () => check(path, ifRevision) })
  }
}

/**
 * Writes a document to a file, atomically; packed if the name ends with `.gz`.
 * @param path real path. @returns its revision. @throws AlreadyExistsError if it is there and may not be overwritten; PreconditionFailedError
 */
export async function writeMosaicFile(
  path: string,
  mosaic: MosaicJSON,
  { overwrite = false, ifRevision, text = textOf(mosaic) }: WriteOptions,
): Promise<string> {
  const bytes = path.endsWith('.gz') ? await promisify(gzip)(text) : text
  return writeAtomically(path, bytes, { overwrite: overwrite || ifRevision !== undefined, before: () => check(path, ifRevision) })
}

/** The last look before the rename, under the lock that all our writers take. Programs that do not take it may still come between. */
async function check(path: string, ifRevision: string | undefined): Promise<void> {
  if (ifRevision === undefined) return
  const now = await stat(path, { bigint: true }).catch(() => undefined)
  if (!now || fileRevision(now) !== ifRevision) {
    throw new PreconditionFailedError(`${basename(path)} has been changed or deleted since it was read`)
  }
}

export const fileKind: StoreKind = {
  name: 'File',
  localPath: pathOf,
  matches: (_, scheme) => scheme === undefined || scheme === 'file',
  check: (address) => pathOf(address, '/'),
  async open(address, context, options) {
    const path = pathOf(address, context.cwd)
    // By the address as it was given: an error repeats that, and not where the server's files lie.
    const read = await readMosaic(address, context, options)
    return read && new FileStore(path, read.mosaic, read.revision, besideFile(path, context.cwd, context.net), context.net)
  },
  touches: (address, { cwd }) => ({ file: checkDocumentName(pathOf(address, cwd)) }),
  async create(address, mosaic, context, options) {
    return writeMosaicFile(await context.net.documentFile(pathOf(address, context.cwd)), mosaic, options)
  },
}

/** @throws ParameterError */
function pathOf(address: string, cwd: string): string {
  try {
    return /^file:/i.test(address) ? fileURLToPath(address) : resolve(cwd, address)
  } catch {
    throw new ParameterError('url', 'url: not a file URL of this machine: file:///folder/name')
  }
}
