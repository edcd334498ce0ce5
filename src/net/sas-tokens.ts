import { isIP } from 'node:net'
import { UpstreamError } from '../errors.ts'
import type { CredentialEntry } from './credentials.ts'
import { fetchToken, TimedTokens } from './timed-tokens.ts'

/** Milliseconds for which a container without a token is not asked for again, and which a token without an end counts. */
const WITHOUT_MS = 5 * 60_000

/** Shared access signatures of Azure's containers, by the service that gives them: Planetary Computer's, or one that speaks as it does. */
export interface SasTokens {
  /**
   * The query to be added to an address; undefined where none is needed. @param refused the one that was not taken
   * @throws UpstreamUnauthorizedError, UpstreamError
   */
  queryFor(url: URL, entry: CredentialEntry | undefined, refused?: string): Promise<string | undefined>
}

/** @param headersFor headers for the service itself, such as a subscription's key */
export function createSasTokens(headersFor: (href: string) => Readonly<Record<string, string>> | undefined): SasTokens {
  const tokens = new TimedTokens(async (href) => {
    const host = new URL(href).host
    const answer = await fetchToken(`the token service ${host}`, href, { headers: headersFor(href) })
    if (!answer) return { token: undefined, expires: Date.now() + WITHOUT_MS }
    const { token, 'msft:expiry': expiry } = answer
    if (typeof token !== 'string' || token === '') throw new UpstreamError(`the token service ${host} answered no token`)
    const end = typeof expiry === 'string' ? Date.parse(expiry) : Number.NaN
    return { token: token.replace(/^\?/, ''), expires: Number.isNaN(end) ? Date.now() + WITHOUT_MS : end }
  })
  return {
    async queryFor(url, entry, refused) {
      // An address that brings its own signature needs no other.
      if (entry?.tokenEndpoint === undefined || url.searchParams.has('sig')) return undefined
      const place = containerOf(url)
      return place && (await tokens.get(`${entry.tokenEndpoint.replace(/\/+$/, '')}/${place}`, refused)).token
    },
  }
}

/** `account/container` of an address; a server without names, as emulators are, has the account in its path. */
function containerOf({ hostname, pathname }: URL): string | undefined {
  const [first, second] = pathname.slice(1).split('/')
  const isNumber = isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0 || hostname === 'localhost'
  const [account, container] = isNumber ? [first, second] : [hostname.split('.')[0], first]
  return account && container ? `${account}/${container}` : undefined
}
