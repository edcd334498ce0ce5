import { gcsKind } from '../stores/bucket-store.ts'
import { BaseBackend } from './base-backend.ts'
import { checkedAddress } from './checked-address.ts'
import type { BackendOptions } from './options.ts'

/** A document in Google Cloud Storage: gs://bucket/key. */
export class GCSBackend extends BaseBackend {
  constructor(address: string, options: BackendOptions = {}) {
    super(gcsKind, checkedAddress(address, gcsKind), options)
  }
}
