import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { serve } from '../net/local-server.ts'

type SecretKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']

/** An issuer of tokens on loopback, with keys of its own. */
export async function localIssuer() {
  const keys = new Map<string, SecretKey>()
  const published: JWK[] = []
  const state = { isDown: false, issuer: '' }
  const server = await serve((request, response) => {
    if (state.isDown) return void response.writeHead(500).end()
    const body =
      request.url === '/.well-known/openid-configuration'
        ? { issuer: state.issuer, jwks_uri: `${server.origin}/keys` }
        : request.url === '/keys'
          ? { keys: published }
          : undefined
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}))
  })
  state.issuer = server.origin

  return {
    url: server.origin,
    requests: server.requests,
    state,
    async addKey(kid: string, alg = 'ES256'): Promise<void> {
      const { privateKey, publicKey } = await generateKeyPair(alg)
      keys.set(kid, privateKey)
      published.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' })
    },
    removeKey(kid: string): void {
      published.splice(
        published.findIndex((key) => key.kid === kid),
        1,
      )
    },
    /** A token that is good but for what is changed. */
    async token(changes: JWTPayload = {}, { kid = 'one', alg = 'ES256', named = true } = {}): Promise<string> {
      const now = Math.floor(Date.now() / 1000)
      const claims = { iss: server.origin, sub: 'ada', scope: 'openid smalti:write', exp: now + 600, iat: now, ...changes }
      const key = keys.get(kid)
      if (!key) throw new Error(`no key ${kid}`)
      return new SignJWT(claims).setProtectedHeader(named ? { alg, kid } : { alg }).sign(key)
    },
  }
}

/** A token that nobody signed, or that is signed with a secret that everybody knows. */
export function forgedToken(header: object, claims: object, signature = ''): string {
  return `${encode(header)}.${encode(claims)}.${signature}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
