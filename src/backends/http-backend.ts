import { httpKind } from '../stores/http-store.ts'
import { BaseBackend } from './base-backend.ts'
import { checkedAddress } from './checked-address.ts'
import type { BackendOptions } from './options.ts'

/** A document on a web server. It is only read. */
export class HttpBackend extends BaseBackend {
  constructor(address: string, options: BackendOptions = {}) {
    super(httpKind, checkedAddress(address, httpKind), options)
  }
}
