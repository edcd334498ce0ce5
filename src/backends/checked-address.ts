import { ParameterError } from '../errors.ts'
import type { StoreKind } from '../stores/kind.ts'
import { storeKindOf } from '../stores/registry.ts'

/** The address, if it is one of a kind of storage. @throws ParameterError */
export function checkedAddress(address: string, kind: StoreKind): string {
  if (typeof address !== 'string' || storeKindOf(address) !== kind) {
    throw new ParameterError('url', `url: not an address of ${kind.name}`)
  }
  return address
}
