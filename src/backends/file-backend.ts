import { fileKind } from '../stores/file-store.ts'
import { BaseBackend } from './base-backend.ts'
import { checkedAddress } from './checked-address.ts'
import type { BackendOptions } from './options.ts'

/** A document in a local file: a path or file://. */
export class FileBackend extends BaseBackend {
  constructor(address: string, options: BackendOptions = {}) {
    super(fileKind, checkedAddress(address, fileKind), options)
  }
}
