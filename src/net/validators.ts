import { randomUUID } from 'node:crypto'
import { single } from './http-errors.ts'
import type { ReplyHeaders } from './http-errors.ts'

/** By what a reply says which content it is of. */
export interface Validators {
  readonly etag?: string
  readonly lastModified?: string
  /** Bytes of the whole file. */
  readonly size: number
}

export function validatorsOf(headers: ReplyHeaders, size: number): Validators {
  return { etag: single(headers.etag), lastModified: single(headers['last-modified']), size }
}

/** By all that both replies tell, they are of the same content. */
export function isSame(a: Validators, b: Validators): boolean {
  if (a.size !== b.size) return false
  if (a.etag !== undefined && b.etag !== undefined) return a.etag === b.etag
  return a.lastModified === undefined || b.lastModified === undefined || a.lastModified === b.lastModified
}

/** Headers by which the server itself refuses to answer from changed content. A weak ETag cannot do that: RFC 9110, 13.1.1. */
export function conditions({ etag, lastModified }: Validators): Record<string, string> {
  if (etag !== undefined && isStrong(etag)) return { 'if-match': etag }
  return lastModified === undefined ? {} : { 'if-unmodified-since': lastModified }
}

/** A server that tells nothing but the size gets a new revision with each opening: better read anew than stale. */
export function revisionOf(validators: Validators): string {
  return validators.etag ?? datedRevision(validators) ?? `${validators.size}-${randomUUID().slice(0, 8)}`
}

export function datedRevision({ lastModified, size }: Validators): string | undefined {
  return lastModified === undefined ? undefined : `${size}@${lastModified}`
}

/** Request headers by which a document of this revision need not be sent again. */
export function unlessStill(revision: string): Record<string, string> {
  if (isStrong(revision) || revision.startsWith('W/"')) return { 'if-none-match': revision }
  const date = /^\d+@(.+)$/.exec(revision)?.[1]
  return date === undefined ? {} : { 'if-modified-since': date }
}

function isStrong(etag: string): boolean {
  return etag.startsWith('"')
}
