import { s3Kind } from '../stores/bucket-store.ts'
import { BaseBackend } from './base-backend.ts'
import { checkedAddress } from './checked-address.ts'
import type { BackendOptions } from './options.ts'

/** A document in Amazon S3 and its like: s3://bucket/key. */
export class S3Backend extends BaseBackend {
  constructor(address: string, options: BackendOptions = {}) {
    super(s3Kind, checkedAddress(address, s3Kind), options)
  }
}
