import { fileURLToPath } from 'node:url'
import { ParameterError } from '../errors.ts'
import { schemeOf, withoutSecrets } from './address.ts'
import { openFileSource } from './file-source.ts'
import { createGuard } from './guard.ts'
import type { ResolveName } from './guard.ts'
import { HttpClient } from './http-client.ts'
import type { HttpClientOptions } from './http-client.ts'
import { HttpSource } from './http-source.ts'
import { defaultLimits } from './limits.ts'
import type { HttpLimits } from './limits.ts'
import { readFileDocument, readHttpDocument } from './read-document.ts'
import type { Net } from './source.ts'

export interface NetOptions {
  /** Entries of `--allow`: folders, URL prefixes, buckets. Nothing outside is touched. */
  readonly allow: readonly string[]
  /** Relative paths count from here. */
  readonly cwd: string
  /** Longest time of one http(s) read. */
  readonly timeoutMs?: number
  /** Connections to all servers together. */
  readonly maxConnections?: number
  readonly log?: HttpClientOptions['log']
  readonly limits?: Partial<HttpLimits>
  /** By default the system's. */
  readonly resolveName?: ResolveName
}

/** @throws ParameterError for an entry of `allow` that cannot be understood */
export function createNet({ allow, cwd, timeoutMs, maxConnections, log, limits, resolveName }: NetOptions): Net {
  const guard = createGuard({ allow, cwd, resolveName })
  const client = new HttpClient({
    guard,
    log,
    limits: {
      ...defaultLimits,
      ...(timeoutMs !== undefined && { totalMs: timeoutMs }),
      ...(maxConnections !== undefined && { connections: maxConnections }),
      ...limits,
    },
  })
  return {
    async open(href) {
      const place = placeOf(href)
      if (place.kind === 'file') return openFileSource(await guard.resolveFile(place.path), place.path)
      return new HttpSource(client, guard.checkUrl(href).href)
    },
    async readDocument(href, options) {
      const place = placeOf(href)
      if (place.kind === 'file') return readFileDocument(await guard.resolveFile(place.path), place.path, options)
      return readHttpDocument(client, guard.checkUrl(href).href, options)
    },
    close: () => client.close(),
  }
}

/** A path is taken as it is; a file: URL is decoded. @throws ParameterError */
function placeOf(href: string): { kind: 'file'; path: string } | { kind: 'web' } {
  const scheme = schemeOf(href)
  if (scheme === undefined) return { kind: 'file', path: href }
  if (scheme === 'http' || scheme === 'https') return { kind: 'web' }
  if (scheme !== 'file') {
    throw new ParameterError('url', `url: ${scheme}:// cannot be read; use a path, file://, http:// or https://`)
  }
  try {
    return { kind: 'file', path: fileURLToPath(href) }
  } catch {
    throw new ParameterError('url', `url: ${withoutSecrets(href)} is not a file URL of this machine`)
  }
}
