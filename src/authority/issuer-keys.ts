import type { JSONWebKeySet } from 'jose'
import { IssuerError } from '../errors.ts'

/** Milliseconds: that keys are used before they are fetched again… */
const FRESH = 10 * 60_000
/** …and for which they are used still when that fails. A key that was withdrawn counts no longer than this. */
const STALE = 60 * 60_000
/** Between two fetches for a key that is not among them, and after a fetch that failed. */
const COOLDOWN = 30_000
const AFTER_FAILURE = 5000
const TIMEOUT = 5000
const MAX_BYTES = 2 ** 20
const MAX_KEYS = 100

/** The public keys of an issuer, found by its description (OpenID Connect Discovery 1.0, RFC 7517) and kept for a while. */
export class IssuerKeys {
  readonly #issuer: string
  readonly #now: () => number
  #keys: JSONWebKeySet | undefined
  #fetched = -Infinity
  #failed = -Infinity
  #fetching: Promise<JSONWebKeySet> | undefined

  /** @param now milliseconds that only grow */
  constructor(issuer: string, now: () => number = () => performance.now()) {
    this.#issuer = issuer
    this.#now = now
  }

  /** @param missing a key is not among those that are here. @throws IssuerError */
  async get({ missing = false }: { readonly missing?: boolean } = {}): Promise<JSONWebKeySet> {
    const age = this.#now() - this.#fetched
    if (this.#keys && age < (missing ? COOLDOWN : FRESH)) return this.#keys
    try {
      if (this.#now() - this.#failed < AFTER_FAILURE) throw new IssuerError(`the keys of ${this.#issuer} could not be fetched`)
      return await (this.#fetching ??= this.#fetch().finally(() => (this.#fetching = undefined)))
    } catch (error) {
      if (this.#keys && age < STALE) return this.#keys
      throw error
    }
  }

  async #fetch(): Promise<JSONWebKeySet> {
    try {
      const description = await fetchJson(`${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
      if (description.issuer !== this.#issuer) throw new Error('its description is of another issuer')
      const keys = await fetchJson(this.#checked(description.jwks_uri))
      if (!Array.isArray(keys.keys) || keys.keys.length > MAX_KEYS) throw new Error('its keys are no set of keys (RFC 7517)')
      this.#keys = keys as unknown as JSONWebKeySet
      this.#fetched = this.#now()
      this.#failed = -Infinity
      return this.#keys
    } catch (cause) {
      this.#failed = this.#now()
      throw new IssuerError(`the keys of ${this.#issuer} could not be fetched: ${(cause as Error).message}`, { cause })
    }
  }

  /** Whoever describes itself over TLS has its keys fetched so too. */
  #checked(href: unknown): string {
    const url = typeof href === 'string' ? URL.parse(href) : undefined
    if (!url || (url.protocol !== 'https:' && !this.#issuer.startsWith('http:')))
      throw new Error('its jwks_uri is no https address')
    return url.href
  }
}

async function fetchJson(href: string): Promise<Record<string, unknown>> {
  const reply = await fetch(href, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT),
  })
  if (!reply.ok || !reply.body) {
    await reply.body?.cancel()
    throw new Error(`it answers ${reply.status}`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop ends the body.
  for await (const chunk of reply.body) {
    size += chunk.length
    if (size > MAX_BYTES) throw new Error(`it answers with more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString())
  if (typeof value !== 'object' || value === null) throw new Error('it answers with no object')
  return value as Record<string, unknown>
}
