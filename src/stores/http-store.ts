import { NotWritableError } from '../errors.ts'
import { besideUrl } from './asset-addresses.ts'
import { DocumentStore } from './document-store.ts'
import type { StoreKind } from './kind.ts'
import { readMosaic } from './read-mosaic.ts'

const READ_ONLY = 'a mosaic that is read over HTTP cannot be written'

/** A document at a URL. It is only read. */
export class HttpStore extends DocumentStore {
  async write(): Promise<void> {
    throw new NotWritableError(READ_ONLY)
  }

  async delete(): Promise<void> {
    throw new NotWritableError(READ_ONLY)
  }
}

export const httpKind: StoreKind = {
  name: 'HTTP',
  matches: (_, scheme) => scheme === 'http' || scheme === 'https',
  async open(address, context, options) {
    const read = await readMosaic(address, context, options)
    return read && new HttpStore(read.mosaic, read.revision, besideUrl(address))
  },
}
