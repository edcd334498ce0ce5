import { fileURLToPath } from 'node:url'
import { ParameterError, TooLargeError } from '../errors.ts'
import { schemeOf, withoutSecrets } from './address.ts'
import { type Credentials, noCredentials } from './credentials.ts'
import { openFileSource } from './file-source.ts'
import { createGuard } from './guard.ts'
import type { ResolveName } from './guard.ts'
import { HttpClient } from './http-client.ts'
import type { HttpClientOptions } from './http-client.ts'
import { HttpSource } from './http-source.ts'
import { defaultLimits } from './limits.ts'
import type { HttpLimits } from './limits.ts'
import { isObjectScheme, type ObjectPlace, parseObject, printObject, withoutVsi } from './object-address.ts'
import { ObjectSource } from './object-source.ts'
import { ObjectServices, within } from './objects.ts'
import { readFileDocument, readHttpDocument } from './read-document.ts'
import { createSasTokens } from './sas-tokens.ts'
import { sendSearch } from './search.ts'
import type { WritableNet } from './source.ts'
import { TableClients } from './table-clients.ts'

export interface NetOptions {
  /** Entries of `--allow`: folders, URL prefixes, buckets. Nothing outside is touched. */
  readonly allow: readonly string[] | 'all'
  /** Beside those: whatever lies at public addresses and in buckets, but no local files and nothing in private networks. */
  readonly allowPublic?: boolean
  /** For buckets and web servers, by prefix; by default the environment's. */
  readonly credentials?: Credentials
  /** Variables of the clouds' tools. By default none, but the SDKs read theirs by themselves. */
  readonly env?: Readonly<Record<string, string | undefined>>
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
export function createNet(options: NetOptions): WritableNet {
  const { allow, allowPublic, cwd, timeoutMs, maxConnections, log, resolveName, credentials = noCredentials } = options
  const guard = createGuard({ allow, allowPublic, cwd, resolveName })
  const limits: HttpLimits = {
    ...defaultLimits,
    ...(timeoutMs !== undefined && { totalMs: timeoutMs }),
    ...(maxConnections !== undefined && { connections: maxConnections }),
    ...options.limits,
  }
  const headersFor = (href: string) => credentials.for(href)?.headers
  const tokens = createSasTokens(headersFor)
  const client = new HttpClient({
    guard,
    log,
    limits,
    headersFor,
    queryFor: (url, refused) => tokens.queryFor(url, credentials.for(url.href), refused),
  })
  const env = options.env ?? {}
  const objects = new ObjectServices({ credentials, env, limits, tokens })
  const tables = new TableClients({ guard, credentials, env, limits })

  /** Allowed, or an error; nothing has been sent. */
  function objectPlace(href: string): ObjectPlace {
    const place = parseObject(href)
    guard.checkStore(printObject(place))
    return place
  }

  return {
    async open(href) {
      const place = placeOf(href)
      if (place.kind === 'file') return openFileSource(await guard.resolveFile(place.path), place.path)
      if (place.kind === 'web') return new HttpSource(client, guard.checkUrl(place.href).href)
      const object = objectPlace(place.href)
      return new ObjectSource(object, () => objects.for(object.scheme), limits.totalMs)
    },
    async readDocument(href, read) {
      const place = placeOf(href)
      if (place.kind === 'file') return readFileDocument(await guard.resolveFile(place.path), place.path, read)
      if (place.kind === 'web') return readHttpDocument(client, guard.checkUrl(place.href).href, read)
      const object = objectPlace(place.href)
      const name = printObject(object)
      const service = await objects.for(object.scheme)
      const { ifNot, maxBytes, setting, signal, trace } = read
      const tooLarge = () => new TooLargeError(`${name} has more than ${maxBytes} bytes`, setting)
      if (trace) trace.reads++
      const part = await within(name, limits.totalMs, signal, (limited) =>
        service.readWhole(object, { ifNot, limit: maxBytes, tooLarge }, limited),
      )
      if (trace && part) trace.bytesRead += part.bytes.length
      return part?.revision === ifNot ? undefined : part
    },
    async writeObject(href, bytes, condition) {
      const object = objectPlace(href)
      const service = await objects.for(object.scheme)
      return within(printObject(object), limits.totalMs, undefined, (limited) => service.write(object, bytes, condition, limited))
    },
    async deleteObject(href, condition) {
      const object = objectPlace(href)
      const service = await objects.for(object.scheme)
      return within(printObject(object), limits.totalMs, undefined, (limited) => service.delete(object, condition, limited))
    },
    documentFile: (path) => guard.resolveTarget(path),
    databaseFile: (path, create) => guard.resolveDatabase(path, create),
    search: (href, search) => sendSearch(client, href, search),
    tableClient: (place) => tables.for(place),
    async close() {
      await client.close()
      await objects.close()
      tables.close()
    },
  }
}

type Place = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'web' | 'object'; readonly href: string }

/** A path is taken as it is; a file: URL is decoded; GDAL's names become addresses. @throws ParameterError */
function placeOf(given: string): Place {
  const href = withoutVsi(given)
  const scheme = schemeOf(href)
  if (scheme === undefined) return { kind: 'file', path: href }
  if (scheme === 'http' || scheme === 'https') return { kind: 'web', href }
  if (isObjectScheme(scheme)) return { kind: 'object', href }
  if (scheme !== 'file') {
    throw new ParameterError(
      'url',
      `url: ${scheme}:// cannot be read; use a path, file://, http://, https://, s3://, gs:// or az://`,
    )
  }
  try {
    return { kind: 'file', path: fileURLToPath(href) }
  } catch {
    throw new ParameterError('url', `url: ${withoutSecrets(href)} is not a file URL of this machine`)
  }
}
