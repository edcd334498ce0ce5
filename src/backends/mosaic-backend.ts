import { ParameterError } from '../errors.ts'
import { MEMORY_ADDRESS } from '../stores/memory-store.ts'
import { storeKindOf } from '../stores/registry.ts'
import { AzureBackend } from './azure-backend.ts'
import type { BaseBackend } from './base-backend.ts'
import { DynamoDBBackend } from './dynamodb-backend.ts'
import { FileBackend } from './file-backend.ts'
import { GCSBackend } from './gcs-backend.ts'
import { HttpBackend } from './http-backend.ts'
import { MemoryBackend } from './memory-backend.ts'
import { S3Backend } from './s3-backend.ts'
import { SQLiteBackend } from './sqlite-backend.ts'
import { STACBackend, type STACOptions } from './stac-backend.ts'

/** The class of each kind of storage, by the kind's name. */
const backends: Readonly<Record<string, new (address: string, options: STACOptions) => BaseBackend>> = {
  File: FileBackend,
  S3: S3Backend,
  GCS: GCSBackend,
  Azure: AzureBackend,
  HTTP: HttpBackend,
  DynamoDB: DynamoDBBackend,
  SQLite: SQLiteBackend,
  STAC: STACBackend,
}

/**
 * The backend of an address, opened. No address, or `:memory:`, is a mosaic in memory, which `mosaicDef` gives.
 * @throws SmaltiError; NotWritableError for a `mosaicDef` where nothing can be written
 */
export function MosaicBackend(address?: string | URL | null, options?: STACOptions | null): Promise<BaseBackend>
/** The items of a STAC search, as a mosaic of these zooms. */
export function MosaicBackend(
  address: string | URL,
  query: Readonly<Record<string, unknown>>,
  minzoom: number,
  maxzoom: number,
  options?: STACOptions,
): Promise<BaseBackend>
export async function MosaicBackend(
  given?: string | URL | null,
  first?: STACOptions | Readonly<Record<string, unknown>> | null,
  minzoom?: number,
  maxzoom?: number,
  rest?: STACOptions,
): Promise<BaseBackend> {
  const options: STACOptions = minzoom === undefined ? (first ?? {}) : { ...rest, query: first ?? {}, minzoom, maxzoom }
  const address = given instanceof URL ? given.href : given
  if (address == null || address === '' || address === MEMORY_ADDRESS) return new MemoryBackend(options).open()
  if (typeof address !== 'string') throw new TypeError('address: must be a text')
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
