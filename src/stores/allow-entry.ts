import { dirname } from 'node:path'
import { schemeOf } from '../net/address.ts'
import { isObjectScheme, parseObject, printObject, withoutVsi } from '../net/object-address.ts'
import { parseDynamo, printDynamo } from './dynamodb-address.ts'
import type { StoreKind } from './kind.ts'
import { isStac, parseStac } from './stac-address.ts'

/**
 * Entries of `--allow` that cover the place of one mosaic, and as little else as entries can. Of a local file its folder too: whether
 * a file is absent or forbidden can only be said of what lies in an allowed one. @param place.region of tables whose address has none
 * @throws ParameterError
 */
export function allowEntries(
  kind: StoreKind,
  address: string,
  { cwd, region }: { readonly cwd: string; readonly region: string },
): readonly string[] {
  const path = kind.localPath?.(address, cwd)
  if (path !== undefined) return [path, dirname(path)]
  const href = withoutVsi(address)
  if (isStac(href)) return [`stac+${placeOf(parseStac(href).href)}`]
  const scheme = schemeOf(href)
  if (scheme === 'http' || scheme === 'https') return [placeOf(href)]
  if (isObjectScheme(scheme)) return [printObject(parseObject(href))]
  if (scheme !== 'dynamodb') return [href]
  const table = parseDynamo(href)
  return [printDynamo({ ...table, region: table.region ?? region })]
}

/** Without what only a request has: query and fragment. */
function placeOf(href: string): string {
  const { origin, pathname } = new URL(href)
  return origin + pathname
}
