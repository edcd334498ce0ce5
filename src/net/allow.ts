import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ParameterError } from '../errors.ts'
import { schemeOf } from './address.ts'

/** One entry of `--allow`, parsed. `path` of web and bucket rules begins with `/`; a match ends at a segment boundary. */
export type AllowRule =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'web'; readonly origin: string; readonly host: string; readonly path: string }
  | { readonly kind: 'store'; readonly scheme: string; readonly host: string; readonly path: string }

/** Schemes that an entry may have beside a plain path. */
export const schemes = ['file', 'http', 'https', 's3', 'gs', 'az', 'dynamodb', 'sqlite', 'stac+http', 'stac+https'] as const

/** @throws ParameterError naming the entry */
export function parseAllow(entry: string, cwd: string): AllowRule {
  const scheme = schemeOf(entry)
  if (entry.trim() === '') throw new ParameterError('allow', 'allow: an entry is empty')
  if (scheme === undefined) return { kind: 'folder', path: resolve(cwd, entry) }
  if (scheme === 'file') return { kind: 'folder', path: resolve(fileURLToPath(entry)) }
  if (scheme === 'http' || scheme === 'https') {
    const url = URL.parse(entry)
    if (!url) throw new ParameterError('allow', `allow: ${entry} is not a URL`)
    if (url.username || url.password || url.search || url.hash) {
      throw new ParameterError('allow', `allow: ${url.origin}… must be a prefix without user name, query or fragment`)
    }
    return { kind: 'web', origin: url.origin, host: url.hostname, path: url.pathname }
  }
  if (!(schemes as readonly string[]).includes(scheme)) {
    throw new ParameterError('allow', `allow: ${scheme}:// is not known; known are a folder and ${schemes.join(', ')}`)
  }
  const store = storeParts(entry)
  return { kind: 'store', scheme, host: store.host, path: store.path }
}

/** Host and path as they are written: keys of a bucket are not URLs, `?`, `#` and `%` are letters of them. */
export function storeParts(href: string): { scheme: string; host: string; path: string } {
  const [, scheme = '', host = '', path = ''] = /^([^:]+):\/\/([^/]*)(.*)$/s.exec(href) ?? []
  return { scheme: scheme.toLowerCase(), host, path: path || '/' }
}

/** `path` is `prefix` or lies below it: `/data` covers `/data/x`, not `/data2`. */
export function isBelow(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false
  return prefix.endsWith('/') || path.length === prefix.length || path[prefix.length] === '/'
}

/**
 * A server may decode what we compare as it is written, and then go up: `/open/..%2fsecret`. So a path is refused when any
 * decoding of it has a `..` segment, with either slash, or with the parameters that some servers cut off (`..;`).
 */
export function climbs(path: string): boolean {
  let text = path
  for (let round = 0; round < 4; round++) {
    if (text.split(/[/\\]/).some((segment) => /^\.\.(;|$)/.test(segment))) return true
    const decoded = text.replace(/%(2e|2f|5c|25|3b)/gi, (code) => decodeURIComponent(code))
    if (decoded === text) return false
    text = decoded
  }
  return true
}
