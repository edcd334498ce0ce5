import { NotWritableError, ParameterError } from '../errors.ts'
import { schemeOf } from '../net/address.ts'
import { withoutVsi } from '../net/object-address.ts'
import { besideUrl } from './asset-addresses.ts'
import { DocumentStore } from './document-store.ts'
import type { StoreKind } from './kind.ts'
import { readMosaic } from './read-mosaic.ts'

const READ_ONLY = 'a mosaic that is read over HTTP cannot be written'

/** A document at a URL. It is only read. */
export class HttpStore extends DocumentStore {
  async write(): Promise<never> {
    throw new NotWritableError(READ_ONLY)
  }

  async delete(): Promise<void> {
    throw new NotWritableError(READ_ONLY)
  }
}

export const httpKind: StoreKind = {
  name: 'HTTP',
  matches: (address) => /^https?$/.test(schemeOf(withoutVsi(address)) ?? ''),
  check(address) {
    if (!URL.parse(withoutVsi(address))?.hostname) throw new ParameterError('url', 'url: not the address of a web server')
  },
  async open(address, context, options) {
    const href = withoutVsi(address)
    const read = await readMosaic(href, context, options)
    return read && new HttpStore(read.mosaic, read.revision, besideUrl(href))
  },
}
