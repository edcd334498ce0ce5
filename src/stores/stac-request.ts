import { UpstreamError } from '../errors.ts'
import { linkOf } from './stac-item.ts'

/** One request of a search. */
export interface StacRequest {
  readonly method: 'GET' | 'POST'
  readonly href: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

type Members = Readonly<Record<string, unknown>>

/** Names that are ours, or the connection's, to set; credentials are the operator's. */
const OURS =
  /^(host|content-.*|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|accept-encoding|authorization|proxy-.*|cookie)$/i

/**
 * The request for the next page, as the API's `next` link says it: GET or POST, its own body or one to merge, headers, tokens in
 * either. undefined: this was the last page. @throws UpstreamError for a link that cannot be followed
 */
export function nextRequest(links: unknown, last: StacRequest): StacRequest | undefined {
  const link = linkOf(links, 'next')
  if (!link) return undefined
  const body = membersOf(link.body)
  const method = typeof link.method === 'string' ? link.method.toUpperCase() : body ? 'POST' : 'GET'
  if (method !== 'GET' && method !== 'POST')
    throw new UpstreamError(`the STAC API wants its next page asked for by ${method.slice(0, 20)}`)
  const merges = link.merge === true
  const headers = { ...(merges && last.headers), ...headersOf(link.headers) }
  const href = nextHref(link.href, last.href)
  if (method === 'GET') return { method, href, headers }
  return { method, href, headers, body: merges || !body ? { ...last.body, ...body } : body }
}

/** Behind a proxy APIs often write http:// for themselves. */
function nextHref(href: string, last: string): string {
  const url = URL.parse(href, last)
  if (!url) throw new UpstreamError('the STAC API names a next page that is no address')
  const { protocol, host } = new URL(last)
  if (url.protocol === 'http:' && protocol === 'https:' && url.host === host) url.protocol = protocol
  return url.href
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined
}

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, given] of Object.entries(membersOf(value) ?? {})) {
    const text = Array.isArray(given) ? given.join(', ') : given
    const isPlain = typeof text === 'string' && text.length <= 8192 && /^[\x20-\x7e]*$/.test(text)
    if (isPlain && /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !OURS.test(name)) headers[name.toLowerCase()] = text
  }
  return headers
}

/** The same search by GET, for an API that takes no POST: lists with commas, `+` and `-` for directions, JSON where it must be. */
export function asGet({ href, headers, body = {} }: StacRequest): StacRequest {
  const url = new URL(href)
  for (const [name, value] of Object.entries(body)) {
    if (value == null) continue
    const text = parameterOf(name, value)
    if (text !== undefined) url.searchParams.set(name, text)
  }
  if (typeof body.filter === 'object' && body.filter !== null && !url.searchParams.has('filter-lang')) {
    url.searchParams.set('filter-lang', 'cql2-json')
  }
  return { method: 'GET', href: url.href, headers }
}

function parameterOf(name: string, value: unknown): string | undefined {
  if (name === 'sortby' && Array.isArray(value)) {
    return value
      .map((by: { field?: unknown; direction?: unknown }) => (by?.direction === 'desc' ? '-' : '+') + String(by?.field ?? by))
      .join(',')
  }
  if (name === 'fields') {
    const { include, exclude } = value as { include?: unknown; exclude?: unknown }
    return Array.isArray(value) ? value.join(',') : [...signed(include, ''), ...signed(exclude, '-')].join(',')
  }
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function signed(names: unknown, sign: string): string[] {
  return Array.isArray(names) ? names.map((name) => sign + String(name)) : []
}
