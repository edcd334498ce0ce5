import { azureKind } from '../stores/bucket-store.ts'
import { BaseBackend } from './base-backend.ts'
import { checkedAddress } from './checked-address.ts'
import type { BackendOptions } from './options.ts'

/** A document in Azure Blob Storage: az://container/key or az://ACCOUNT.blob.core.windows.net/container/key. */
export class AzureBackend extends BaseBackend {
  constructor(address: string, options: BackendOptions = {}) {
    super(azureKind, checkedAddress(address, azureKind), options)
  }
}
