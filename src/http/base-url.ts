import type { IncomingHttpHeaders } from 'node:http'

export interface Arrival {
  /** Of the connection. */
  readonly protocol: string
  readonly headers: IncomingHttpHeaders
  /** Whether the peer is a proxy whose forwarding headers count. */
  readonly trusted: boolean
  /** The operator's path in front of all routes, '' for none. */
  readonly rootPath: string
}

const HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i
const PREFIX = /^(\/[\w.~-]+)+$/

/** The address under which the client sees this server, without a slash at the end: `https://host/prefix`. */
export function baseUrl({ protocol, headers, trusted, rootPath }: Arrival): string {
  const forwarded = trusted ? forwardedBy(headers) : {}
  const scheme = [forwarded.proto, protocol].find((name) => name === 'http' || name === 'https') ?? 'http'
  const host = [forwarded.host, headers.host].find((name) => name != null && HOST.test(name)) ?? 'localhost'
  const prefix = forwarded.prefix != null && PREFIX.test(forwarded.prefix) ? forwarded.prefix : rootPath
  return `${scheme}://${host}${prefix}`
}

/** What the nearest proxy says: the last entry of each list, and `Forwarded` (RFC 7239) before `X-Forwarded-*`. */
function forwardedBy(headers: IncomingHttpHeaders): { proto?: string; host?: string; prefix?: string } {
  const standard = lastOf(headers.forwarded)
  const member = (name: string): string | undefined =>
    standard && new RegExp(`(?:^|;)\\s*${name}="?([^";]+)"?`, 'i').exec(standard)?.[1]
  return {
    proto: (member('proto') ?? lastOf(headers['x-forwarded-proto']))?.toLowerCase(),
    host: member('host') ?? lastOf(headers['x-forwarded-host']),
    prefix: lastOf(headers['x-forwarded-prefix'])?.replace(/\/+$/, ''),
  }
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return header == null ? undefined : String(header).split(',').at(-1)?.trim()
}
