import { createHash } from 'node:crypto'
import packageJson from '../package.json' with { type: 'json' }

/** One text for all spellings of a request: members sorted, absent ones left out; NaN and the infinities, which JSON lacks, as text. */
export function canonical(request: object): string {
  const entries = Object.entries(request).filter(([, value]) => value !== undefined)
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(sorted, (_, value: unknown) => (typeof value === 'number' ? String(value) : value))
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
