import { dirname } from 'node:path'
import { schemeOf } from '../net/address.ts'
import { withoutVsi } from '../net/object-address.ts'
import type { StoreKind } from './kind.ts'
import { isStac, parseStac } from './stac-address.ts'

/**
 * Entries of `--allow` that cover the place of one mosaic, and as little else as entries can. Of a local file its folder too: whether
 * a file is absent or forbidden can only be said of what lies in an allowed one. @throws ParameterError
 */
export function allowEntries(kind: StoreKind, address: string, cwd: string): readonly string[] {
  const path = kind.localPath?.(address, cwd)
  if (path !== undefined) return [path, dirname(path)]
  const href = withoutVsi(address)
  if (isStac(href)) return [`stac+${placeOf(parseStac(href).href)}`]
  const scheme = schemeOf(href)
  return [scheme === 'http' || scheme === 'https' ? placeOf(href) : href]
}

/** Without what only a request has: query and fragment. */
function placeOf(href: string): string {
  const { origin, pathname } = new URL(href)
  return origin + pathname
}
