import { ParameterError } from '../errors.ts'
import type { StoreKind } from '../stores/kind.ts'
import { storeKindOf } from '../stores/registry.ts'

/** The address, if it is one of a kind of storage. @throws ParameterError; TypeError for what is no text */
export function checkedAddress(address: string, kind: StoreKind): string {
  if (typeof address !== 'string') throw new TypeError(`address: must be a text, an address of ${kind.name}`)
  if (storeKindOf(address) !== kind) throw new ParameterError('url', `url: not an address of ${kind.name}`)
  kind.check(address)
  return address
}
