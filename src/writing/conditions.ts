import { createHash } from 'node:crypto'
import { BadRequestError } from '../errors.ts'

/** What must hold for a write (RFC 9110, 13.1). */
export interface Conditions {
  /** No header asks for anything. */
  readonly isFree: boolean
  /** @param etag of what is there; undefined: nothing is */
  hold(etag: string | undefined): boolean
}

/** Strong ETag of a mosaic's document, of the revision that its storage gives it. */
export function documentEtag(revision: string): string {
  return `"${createHash('sha256').update(revision).digest('base64url').slice(0, 27)}"`
}

export interface ConditionHeaders {
  readonly 'if-match'?: string
  readonly 'if-none-match'?: string
}

/** @throws BadRequestError for a header that is no list of ETags */
export function conditionsOf({ 'if-match': match, 'if-none-match': noneMatch }: ConditionHeaders): Conditions {
  const wanted = match === undefined ? undefined : tagsOf('If-Match', match)
  const unwanted = noneMatch === undefined ? undefined : tagsOf('If-None-Match', noneMatch)
  return {
    isFree: wanted === undefined && unwanted === undefined,
    hold(etag) {
      const isThere = etag !== undefined
      if (wanted && !(isThere && (wanted === '*' || wanted.includes(etag)))) return false
      // Weak comparison: of a tag that a proxy has made weak the document is still known.
      return !(unwanted && isThere && (unwanted === '*' || unwanted.some((tag) => tag.replace(/^W\//, '') === etag)))
    },
  }
}

function tagsOf(header: string, value: string): readonly string[] | '*' {
  const text = value.trim()
  if (text === '*') return text
  if (!/^(W\/)?"[\x21\x23-\x7e]*"(\s*,\s*(W\/)?"[\x21\x23-\x7e]*")*$/.test(text))
    throw new BadRequestError(`${header}: must be * or ETags in double quotes, as GET answers them`)
  return text.match(/(W\/)?"[^"]*"/g) ?? []
}
