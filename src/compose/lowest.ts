import { createExtreme } from './extreme.ts'
import type { Selection } from './selection.ts'

/** Least valid value, band by band. */
export function createLowest(): Selection {
  return createExtreme(-1, 'each-band')
}
