import { ParameterError } from '../errors.ts'
import { MEMORY_ADDRESS } from '../stores/memory-store.ts'
import { storeKindOf } from '../stores/registry.ts'
import { AzureBackend } from './azure-backend.ts'
import type { BaseBackend } from './base-backend.ts'
import { FileBackend } from './file-backend.ts'
import { GCSBackend } from './gcs-backend.ts'
import { HttpBackend } from './http-backend.ts'
import { MemoryBackend } from './memory-backend.ts'
import type { BackendOptions } from './options.ts'
import { S3Backend } from './s3-backend.ts'
import { SQLiteBackend } from './sqlite-backend.ts'

/** The class of each kind of storage, by the kind's name. */
const backends: Readonly<Record<string, new (address: string, options: BackendOptions) => BaseBackend>> = {
  File: FileBackend,
  S3: S3Backend,
  GCS: GCSBackend,
  Azure: AzureBackend,
  HTTP: HttpBackend,
  SQLite: SQLiteBackend,
}

/**
 * The backend of an address, opened. No address, or `:memory:`, is a mosaic in memory, which `mosaicDef` gives.
 * @throws SmaltiError; NotWritableError for a `mosaicDef` where nothing can be written
 */
export async function MosaicBackend(address?: string | null, options: BackendOptions = {}): Promise<BaseBackend> {
  if (address == null || address === '' || address === MEMORY_ADDRESS) return new MemoryBackend(options).open()
  const Backend = backends[storeKindOf(address).name]
  if (!Backend) throw new ParameterError('url', 'url: no backend for such an address')
  const backend = new Backend(address, options)
  try {
    return await backend.open()
  } catch (error) {
    await backend.close()
    throw error
  }
}
