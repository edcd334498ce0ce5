import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import packageJson from '../package.json' with { type: 'json' }

/** What an ETag was made of; answers If-None-Match without opening anything. */
export interface EtagRecord {
  readonly etag: string
  readonly mosaicRevision: string
}

/** Remembered ETags, by the canonical form of the request. */
export type EtagRecords = LRUCache<string, EtagRecord>

/** At most `count` records of a few hundred bytes, each good for `ttl` seconds: as long as a mosaic goes without a second look. */
export function createEtagRecords(count: number, ttl: number): EtagRecords {
  return new LRUCache({ max: count, ttl: Math.max(1, ttl * 1000) })
}

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
