import type { Config } from '../config.ts'
import { UnauthorizedError, WritingOffError } from '../errors.ts'
import { Keys } from './keys.ts'
import { Tokens } from './tokens.ts'

/** Decides who may write. */
export interface Authority {
  /** Somebody may. */
  readonly isOn: boolean
  /**
   * Who asks, for the log: `key:` and the fingerprint of a key, or `jwt:subject@issuer`. Never a secret.
   * @param authorization the header. @throws WritingOffError, UnauthorizedError, ForbiddenError, IssuerError
   */
  writer(authorization: string | undefined): Promise<string>
}

export function createAuthority({
  writeKey,
  jwtIssuer,
  jwtAudience,
  jwtScope,
}: Pick<Config, 'writeKey' | 'jwtIssuer' | 'jwtAudience' | 'jwtScope'>): Authority {
  const keys = new Keys(writeKey)
  const tokens =
    jwtIssuer === '' ? undefined : new Tokens({ issuer: jwtIssuer, audience: jwtAudience || undefined, scope: jwtScope })
  const isOn = writeKey.length > 0 || tokens !== undefined
  return {
    isOn,
    async writer(authorization) {
      if (!isOn) throw new WritingOffError()
      if (authorization === undefined) throw new UnauthorizedError('writing needs credentials: Authorization: Bearer KEY')
      const [, given] = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization) ?? []
      if (given === undefined) throw new UnauthorizedError('only Authorization: Bearer KEY is understood', 'invalid_request')
      const fingerprint = keys.fingerprint(given)
      if (fingerprint !== undefined) return `key:${fingerprint}`
      if (tokens && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(given)) return tokens.check(given)
      throw new UnauthorizedError('the key is not one that may write', 'invalid_token')
    },
  }
}

/** For the log of the start, without a secret; undefined where nobody may write. */
export function writersOf({ writeKey, jwtIssuer, jwtAudience, jwtScope, allowWrite }: Config): object | undefined {
  if (writeKey.length === 0 && jwtIssuer === '') return undefined
  const tokens = jwtIssuer === '' ? undefined : { issuer: jwtIssuer, audience: jwtAudience || 'any', scope: jwtScope }
  return { keys: writeKey.length, tokens, allowWrite: allowWrite.length > 0 ? allowWrite : 'all that may be read' }
}
