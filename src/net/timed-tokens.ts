import { SmaltiError, UpstreamError, UpstreamUnauthorizedError } from '../errors.ts'

/** A secret for a while. */
export interface TimedToken {
  /** undefined: the service has none for this, and will not for a while. */
  readonly token: string | undefined
  /** Milliseconds since 1970. */
  readonly expires: number
}

interface Held extends TimedToken {
  /** When another one is fetched. */
  readonly renew: number
}

/** Before its end a token is renewed: with so many milliseconds, or this part of its life left. */
const EARLY_MS = 5 * 60_000
const EARLY_PART = 0.2
const MOST = 1000
const FETCH_MS = 10_000
const MAX_ANSWER = 256 * 1024

/** Tokens by what they are for: kept until shortly before their end, fetched by one for all who wait, failures never kept. */
export class TimedTokens {
  readonly #fetch: (key: string) => Promise<TimedToken>
  readonly #held = new Map<string, Held>()
  readonly #underWay = new Map<string, Promise<Held>>()

  constructor(fetch: (key: string) => Promise<TimedToken>) {
    this.#fetch = fetch
  }

  /** @param refused a token that the service did not take: another one is fetched, if that is still the one held. @throws SmaltiError */
  async get(key: string, refused?: string): Promise<TimedToken> {
    const held = this.#held.get(key)
    const now = Date.now()
    if (held && now < held.renew && (refused === undefined || held.token !== refused)) return held
    try {
      return await this.#renewed(key)
    } catch (error) {
      // One that still counts is as good as a new one.
      if (held && Date.now() < held.expires && refused === undefined) return held
      throw error
    }
  }

  #renewed(key: string): Promise<Held> {
    const underWay = this.#underWay.get(key)
    if (underWay) return underWay
    const fetched = this.#fetch(key)
      .then(({ token, expires }) => {
        const left = expires - Date.now()
        const held = { token, expires, renew: expires - Math.min(EARLY_MS, left * EARLY_PART) }
        if (this.#held.size >= MOST) this.#held.clear()
        this.#held.set(key, held)
        return held
      })
      .finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, fetched)
    return fetched
  }
}

/**
 * JSON of a service that gives tokens; the operator has named it, so it is not for the guard to judge. undefined: 404. Nothing of the
 * answer is in an error. @throws UpstreamUnauthorizedError, UpstreamError
 */
export async function fetchToken(
  what: string,
  href: string,
  request: { readonly headers?: Readonly<Record<string, string>>; readonly form?: Readonly<Record<string, string>> } = {},
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const reply = await fetch(href, {
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_MS),
      headers: { accept: 'application/json', ...request.headers },
      ...(request.form && { method: 'POST', body: new URLSearchParams(request.form) }),
    })
    const text = Buffer.from(await reply.arrayBuffer())
    if (reply.status === 404) return undefined
    if (reply.status === 400 || reply.status === 401 || reply.status === 403) {
      throw new UpstreamUnauthorizedError(`${what} gives no token (${reply.status})`)
    }
    if (!reply.ok || text.length > MAX_ANSWER) throw new UpstreamError(`${what} answered ${reply.status}`)
    const answer: unknown = JSON.parse(text.toString())
    if (typeof answer !== 'object' || answer === null) throw new UpstreamError(`${what} answered no token`)
    return answer as Readonly<Record<string, unknown>>
  } catch (error) {
    throw error instanceof SmaltiError ? error : new UpstreamError(`${what} could not be asked for a token`)
  }
}
