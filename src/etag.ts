import { createHash } from 'node:crypto'
import packageJson from '../package.json' with { type: 'json' }

/** A request is named several times on its way, and never changes. */
const named = new WeakMap<object, string>()

/** One text for all spellings of a request: members sorted, absent ones left out; NaN and the infinities, which JSON lacks, as text. */
export function canonical(request: object): string {
  const known = named.get(request)
  if (known !== undefined) return known
  const members = Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${textOf(value)}`)
  const text = members.join(',')
  named.set(request, text)
  return text
}

/** A replacer costs ten times as much, and hardly any value is one that needs it. */
function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object')
    return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'number' ? String(inner) : inner))
  return JSON.stringify(value)
}

/** Strong ETag of an answer: program, request, mosaic, and the assets used or skipped with their revisions. */
export function strongEtag(
  request: string,
  mosaicRevision: string,
  assets: readonly (readonly [href: string, revision: string])[],
): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([packageJson.version, request, mosaicRevision, assets]))
  return `"${hash.digest('base64url').slice(0, 27)}"`
}
