import { createExtreme } from './extreme.ts'
import type { Selection } from './selection.ts'

/** Greatest valid value, band by band. */
export function createHighest(): Selection {
  return createExtreme(1, 'each-band')
}
