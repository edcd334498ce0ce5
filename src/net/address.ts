import { dirname, isAbsolute as isAbsolutePath, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `https` of `https://host/x`, lower case; undefined for a path. A single-letter scheme would be a drive. */
export function schemeOf(href: string): string | undefined {
  return (/^([a-z][a-z0-9+.-]+):\/\//i.exec(href)?.[1] ?? /^(file):/i.exec(href)?.[1])?.toLowerCase()
}

/** It has a scheme, or is a path from the root of the file system. */
export function isAbsolute(href: string): boolean {
  return schemeOf(href) !== undefined || isAbsolutePath(href)
}

/**
 * Address of `relative` as a document at `base` means it: beside a local document, by the rules of URLs for http(s), and
 * within the bucket for `s3://bucket/key` and its like, whose keys may hold `?` and `#`. It is not checked: the guard does that.
 */
export function resolveAddress(base: string, relative: string): string {
  if (schemeOf(relative) !== undefined) return relative
  const scheme = schemeOf(base)
  if (scheme === 'http' || scheme === 'https') return new URL(relative, base).href
  if (scheme === undefined) return resolve(dirname(base), relative)
  if (scheme === 'file') return resolve(dirname(fileURLToPath(base)), relative)
  const [, root = '', key = ''] = /^([^/]*:\/\/[^/]*)(.*)$/s.exec(base) ?? []
  return root + resolve('/', dirname(key || '/'), relative)
}

const IN_BUCKETS = /^(s3|gs|az):/i
const SIGNATURE = /[?&](sig|[\w-]*(signature|token|credential|secret|password))=/i

/** Whether what follows a `?` may be a query. In keys of buckets it is a letter, unless somebody has put a signature there by mistake. */
export function mayHaveQuery(href: string): boolean {
  return !IN_BUCKETS.test(href) || SIGNATURE.test(href)
}

/** For messages and logs: user, password, query and fragment (signatures, tokens) are cut out. */
export function withoutSecrets(href: string): string {
  if (schemeOf(href) === undefined || !mayHaveQuery(href)) return href
  const bare = /^[^?#]*/.exec(href)?.[0] ?? ''
  return bare.replace(/^([^/]*:\/\/)[^/]*@/, '$1')
}
