import { ParameterError } from '../errors.ts'
import { schemeOf } from '../net/address.ts'
import { azureKind, gcsKind, s3Kind } from './bucket-store.ts'
import { dynamoKind } from './dynamodb-store.ts'
import { fileKind } from './file-store.ts'
import { httpKind } from './http-store.ts'
import type { StoreKind } from './kind.ts'
import { memoryKind } from './memory-store.ts'
import { sqliteKind } from './sqlite-store.ts'
import { stacKind } from './stac-store.ts'

/** Every kind of storage: one file and one line each. The first that matches an address opens it. */
export const storeKinds: readonly StoreKind[] = [
  memoryKind,
  s3Kind,
  gcsKind,
  azureKind,
  httpKind,
  stacKind,
  dynamoKind,
  sqliteKind,
  fileKind,
]

/** The kind of storage of an address. @throws ParameterError for an address that is none of ours */
export function storeKindOf(address: string): StoreKind {
  if (address.trim() === '' || address.includes('\0')) throw new ParameterError('url', 'url: the address of a mosaic is needed')
  const scheme = schemeOf(address)
  const kind = storeKinds.find((candidate) => candidate.matches(address, scheme))
  if (!kind) throw new ParameterError('url', `url: mosaics are not read from ${scheme ?? 'such an address'}`)
  return kind
}
