import type { FastifyReply } from 'fastify'
import { withoutSecrets } from '../../src/http/secrets.ts'
import { crsUri } from '../../src/grid/crs-uri.ts'
import type { Trace } from '../../src/net/source.ts'
import type { TileAnswer } from '../../src/tile.ts'

/** Longest X-Assets, in characters: proxies refuse answers with more than some kilobytes of headers. */
const LONGEST_LIST = 2048

/** Headers that say where a picture lies and what it is made of. */
export function describe(reply: FastifyReply, answer: TileAnswer): void {
  reply.header('content-bbox', answer.bbox.join(','))
  const uri = crsUri(answer.crs)
  if (uri) reply.header('content-crs', `<${uri}>`)
  const { nameOf } = reply.request.source
  if (answer.assets.length > 0) reply.header('x-assets', assetList(answer.assets.map(nameOf)))
  if (answer.skipped.length > 0) reply.header('x-assets-skipped', assetList(answer.skipped.map(nameOf)))
  const timing = serverTiming(answer.trace)
  if (timing) reply.header('server-timing', timing)
}

/** As many as fit, whole names only, without secrets; what a header cannot hold is percent-encoded. */
export function assetList(assets: readonly string[]): string {
  let list = ''
  for (const asset of assets) {
    const name = withoutSecrets(asset, '')
      .toWellFormed()
      .replaceAll(/[^\x20-\x7e]|,/gu, encodeURIComponent)
    if (list.length + name.length + 1 > LONGEST_LIST) break
    list += list === '' ? name : `,${name}`
  }
  return list
}

function serverTiming(trace: Trace): string {
  return [...trace.stages].map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`).join(', ')
}

/** Whether If-None-Match names the tag. Weak tags count: a proxy that packs answers makes tags weak (RFC 9110, 13.1.2). */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false
}

/** How long an answer may be kept. A signed address makes it the client's own. */
export function cacheControl(
  maxAge: number,
  { secret, shared = {} }: { readonly secret: boolean; readonly shared?: SharedCaching },
): string {
  if (secret) return `private, max-age=${maxAge}`
  const { sharedMaxAge, staleWhileRevalidate } = shared
  const more = [
    sharedMaxAge === undefined ? '' : `, s-maxage=${sharedMaxAge}`,
    staleWhileRevalidate ? `, stale-while-revalidate=${staleWhileRevalidate}` : '',
  ]
  return `public, max-age=${maxAge}${more.join('')}`
}

/** What the operator says to caches between us and the clients. Seconds. */
export interface SharedCaching {
  readonly sharedMaxAge?: number
  readonly staleWhileRevalidate?: number
}

/** The same of answers whose links carry the source's address. */
export function linkCacheControl(maxAge: number, { linkSecret }: { readonly linkSecret: boolean }): string {
  return linkSecret ? 'private, no-store' : `public, max-age=${maxAge}`
}
