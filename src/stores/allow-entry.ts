import { schemeOf } from '../net/address.ts'
import { withoutVsi } from '../net/object-address.ts'
import { parseSqlite } from './sqlite-address.ts'
import { isStac, parseStac } from './stac-address.ts'

/** The entry of `--allow` that covers the place of one mosaic, and as little else as an entry can. @throws ParameterError */
export function allowEntry(address: string): string {
  const href = withoutVsi(address)
  if (isStac(href)) return `stac+${placeOf(parseStac(href).href)}`
  const scheme = schemeOf(href)
  if (scheme === 'http' || scheme === 'https') return placeOf(href)
  return scheme === 'sqlite' ? parseSqlite(href).path : href
}

/** Without what only a request has: query and fragment. */
function placeOf(href: string): string {
  const { origin, pathname } = new URL(href)
  return origin + pathname
}
