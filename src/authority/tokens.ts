import type { CryptoKey, JSONWebKeySet, JWTPayload, JWTVerifyOptions } from 'jose'
import { ForbiddenError, UnauthorizedError } from '../errors.ts'
import { IssuerKeys } from './issuer-keys.ts'

export interface TokensOptions {
  /** `iss` of the tokens, to the letter, and where its description is. */
  readonly issuer: string
  /** One of the token's `aud`; undefined: any. */
  readonly audience?: string
  /** In `scope`, `scp` or `permissions`. */
  readonly scope: string
  readonly keys?: Pick<IssuerKeys, 'get'>
}

/** With a public key and a secret one. Whoever can check such a token cannot make one. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')
/** Seconds that clocks may differ. */
const CLOCKS = 30
const LONGEST_NAME = 200

/** Tokens of an issuer (RFC 7519, 9068). */
export class Tokens {
  readonly #options: TokensOptions
  readonly #keys: Pick<IssuerKeys, 'get'>

  constructor(options: TokensOptions) {
    this.#options = options
    this.#keys = options.keys ?? new IssuerKeys(options.issuer)
  }

  /** Whose token it is. @throws UnauthorizedError, ForbiddenError without the scope, IssuerError */
  async check(token: string): Promise<string> {
    const payload = await this.#verified(token)
    const { issuer, scope } = this.#options
    if (!scopesOf(payload).includes(scope)) throw new ForbiddenError(`the token has not the scope ${scope}`, scope)
    const name = [payload.sub, payload.client_id, payload.azp].find((claim) => typeof claim === 'string')
    return `jwt:${String(name ?? 'nobody').slice(0, LONGEST_NAME)}@${issuer}`
  }

  async #verified(token: string): Promise<JWTPayload> {
    const { issuer, audience } = this.#options
    const options = { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCKS, requiredClaims: ['exp'] }
    const attempt = async (missing: boolean) => verify(token, await this.#keys.get({ missing }), options)
    try {
      return await attempt(false).catch((error: unknown) => {
        if (codeOf(error) !== 'ERR_JWKS_NO_MATCHING_KEY') throw error
        // Issuers change their keys.
        return attempt(true)
      })
    } catch (error) {
      if (!codeOf(error)?.startsWith('ERR_J')) throw error
      throw new UnauthorizedError(explain(error as Error & { claim?: string }), 'invalid_token')
    }
  }
}

async function verify(token: string, keys: JSONWebKeySet, options: JWTVerifyOptions): Promise<JWTPayload> {
  const { createLocalJWKSet, jwtVerify } = await import('jose')
  try {
    return (await jwtVerify(token, createLocalJWKSet(keys), options)).payload
  } catch (error) {
    if (codeOf(error) !== 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') throw error
    // No `kid`: whichever of them has signed it.
    for await (const key of error as AsyncIterable<CryptoKey>) {
      try {
        return (await jwtVerify(token, key, options)).payload
      } catch (failure) {
        if (codeOf(failure) !== 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') throw failure
      }
    }
    throw new UnauthorizedError('the token is signed by none of the keys of its issuer', 'invalid_token')
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as { readonly code?: string }).code
}

function explain(error: Error & { claim?: string }): string {
  switch (codeOf(error)) {
    case 'ERR_JWT_EXPIRED':
      return 'the token has expired'
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return `the token counts not here, or not yet: ${error.claim ?? 'a claim'} is missing or another`
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
    case 'ERR_JOSE_NOT_SUPPORTED':
      return 'the token is signed in a way that is not taken'
    case 'ERR_JWKS_NO_MATCHING_KEY':
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return 'the token is signed by none of the keys of its issuer'
    default:
      return 'the token is not valid'
  }
}

function scopesOf({ scope, scp, permissions }: JWTPayload): readonly unknown[] {
  return [scope, scp, permissions].flatMap((claim) =>
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [],
  )
}
