import { createHash } from 'node:crypto'
import { ParameterError } from '../errors.ts'
import type { MosaicJSON } from '../mosaic/document.ts'
import { parseMosaic } from '../mosaic/parse.ts'
import { type AssetAddresses, belowDirectory } from './asset-addresses.ts'
import { DocumentStore } from './document-store.ts'
import type { StoreContext, StoreKind } from './kind.ts'

/** The address of a mosaic that has no place. */
export const MEMORY_ADDRESS = ':memory:'

/** A document that its maker holds. Nothing is stored: `write` and `delete` do nothing. */
export class MemoryStore extends DocumentStore {
  async write(): Promise<undefined> {}

  async delete(): Promise<void> {}
}

/** @throws InvalidMosaicError, TooLargeError */
export async function memoryStore(
  mosaic: MosaicJSON,
  { cwd, limits }: Pick<StoreContext, 'cwd' | 'limits'>,
  addresses: AssetAddresses = belowDirectory(cwd),
): Promise<MemoryStore> {
  const bytes = Buffer.from(JSON.stringify(mosaic))
  const revision = createHash('sha256').update(bytes).digest('base64url')
  return new MemoryStore(await parseMosaic(bytes, limits), revision, addresses)
}

/** By its address nothing can be found: the mosaic must be given. */
export const memoryKind: StoreKind = {
  name: 'Memory',
  keeps: false,
  matches: (address) => address === MEMORY_ADDRESS,
  check() {},
  async open() {
    throw new ParameterError('url', `url: ${MEMORY_ADDRESS} names no stored mosaic`)
  },
  create: async () => undefined,
}
