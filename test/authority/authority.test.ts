import { createHmac, createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createAuthority } from '../../src/authority/authority.ts'
import { IssuerKeys } from '../../src/authority/issuer-keys.ts'
import { parseConfig } from '../../src/config.ts'
import { forgedToken, localIssuer } from './issuer.ts'

const KEY = 'a-key-of-twenty-chars'
const OTHER = 'another-key-of-more-chars'

const authority = (argv: readonly string[]) => createAuthority(parseConfig(argv, {}))
const codeOf = (work: Promise<unknown>) =>
  work.then(
    (who) => String(who),
    (error: { status: number; code: string }) => `${error.status} ${error.code}`,
  )
const bearer = (token: string): string => `Bearer ${token}`

describe('keys', () => {
  test('without any, writing is off and the answer says how it is switched on', async () => {
    const off = authority([])
    expect(off.isOn).toBe(false)
    await expect(off.writer(bearer(KEY))).rejects.toMatchObject({ status: 403, code: 'WRITING_OFF' })
    await expect(off.writer(undefined)).rejects.toThrow(/--write-key.*--jwt-issuer/)
  })

  test('each key may write, and is known by its fingerprint, which is not the key', async () => {
    const on = authority(['--write-key', KEY, '--write-key', OTHER])
    const [one, two] = [await on.writer(bearer(KEY)), await on.writer(`bearer  ${OTHER} `)]
    expect(one).toMatch(/^key:[0-9a-f]{8}$/)
    expect(two).toMatch(/^key:[0-9a-f]{8}$/)
    expect(one).not.toBe(two)
  })

  test('no credentials, others, and what is no bearer are a 401 with its challenge', async () => {
    const on = authority(['--write-key', KEY])
    await expect(on.writer(undefined)).rejects.toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="smalti"' },
    })
    await expect(on.writer(bearer(`${KEY}x`))).rejects.toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
    })
    expect(await codeOf(on.writer(`Basic ${Buffer.from(`me:${KEY}`).toString('base64')}`))).toBe('401 UNAUTHORIZED')
    expect(await codeOf(on.writer(KEY))).toBe('401 UNAUTHORIZED')
    expect(await codeOf(on.writer(bearer('a.b.c')))).toBe('401 UNAUTHORIZED')
  })

  test('a short key, or one with a comma, does not start the server, and is not repeated', () => {
    expect(() => parseConfig(['--write-key', 'short'], {})).toThrow(/^--write-key: a key needs at least 16 characters$/)
    expect(() => parseConfig([], { SMALTI_WRITE_KEY: `${KEY} ${OTHER}` })).toThrow(/^SMALTI_WRITE_KEY: a key has visible/)
    expect(() => parseConfig(['--jwt-issuer', 'https://u:secret@host/'], {})).toThrow(/^--jwt-issuer: (?!.*secret)/)
  })
})

describe('tokens of an issuer', () => {
  test('a token with the scope may write, wherever the issuer puts it', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one')
    const on = authority(['--jwt-issuer', issuer.url])
    expect(await on.writer(bearer(await issuer.token()))).toBe(`jwt:ada@${issuer.url}`)
    for (const claims of [{ scp: 'x smalti:write' }, { scp: ['smalti:write'] }, { permissions: ['smalti:write'] }]) {
      expect(await codeOf(on.writer(bearer(await issuer.token({ scope: undefined, ...claims }))))).toBe(`jwt:ada@${issuer.url}`)
    }
    expect(issuer.requests).toHaveLength(2)
  })

  test.each(['RS256', 'PS256', 'ES384', 'EdDSA'])('signed by %s', async (alg) => {
    const issuer = await localIssuer()
    await issuer.addKey('one', alg)
    const on = authority(['--jwt-issuer', issuer.url])
    expect(await codeOf(on.writer(bearer(await issuer.token({}, { alg }))))).toBe(`jwt:ada@${issuer.url}`)
  })

  test('a token that does not say its key is tried with each', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one')
    await issuer.addKey('two')
    await issuer.addKey('gone')
    const on = authority(['--jwt-issuer', issuer.url])
    issuer.removeKey('gone')
    expect(await codeOf(on.writer(bearer(await issuer.token({}, { kid: 'two', named: false }))))).toBe(`jwt:ada@${issuer.url}`)
    expect(await codeOf(on.writer(bearer(await issuer.token({}, { kid: 'gone', named: false }))))).toBe('401 UNAUTHORIZED')
  })

  test('a token without the scope is a 403 that names it', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one')
    const on = authority(['--jwt-issuer', issuer.url, '--jwt-scope', 'tiles:edit'])
    for (const scope of ['smalti:write', 'tiles:editor', undefined]) {
      await expect(on.writer(bearer(await issuer.token({ scope })))).rejects.toMatchObject({
        status: 403,
        headers: { 'www-authenticate': expect.stringContaining('error="insufficient_scope", scope="tiles:edit"') },
      })
    }
  })

  test('expired, too early, without an end, of another issuer or for another audience is a 401', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one')
    const on = authority(['--jwt-issuer', issuer.url, '--jwt-audience', 'tiles'])
    const now = Math.floor(Date.now() / 1000)
    const aud = ['other', 'tiles']
    expect(await codeOf(on.writer(bearer(await issuer.token({ aud }))))).toBe(`jwt:ada@${issuer.url}`)
    // Clocks may differ by half a minute.
    expect(await codeOf(on.writer(bearer(await issuer.token({ aud, exp: now - 5 }))))).toBe(`jwt:ada@${issuer.url}`)
    const bad = [
      { exp: now - 90 },
      { nbf: now + 90 },
      { exp: undefined },
      { iss: 'http://other' },
      { aud: 'other' },
      { aud: undefined },
    ]
    for (const claims of bad) {
      expect(await codeOf(on.writer(bearer(await issuer.token({ aud, ...claims }))))).toBe('401 UNAUTHORIZED')
    }
  })

  test('unsigned tokens, and those signed with the public key as a secret, count nothing', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one', 'RS256')
    const on = authority(['--jwt-issuer', issuer.url])
    const good = await issuer.token({}, { alg: 'RS256' })
    const claims = JSON.parse(Buffer.from(good.split('.')[1], 'base64url').toString()) as object
    const keys = (await (await fetch(`${issuer.url}/keys`)).json()) as { keys: object[] }
    const pem = createPublicKey({ key: keys.keys[0] as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    for (const alg of ['none', 'None', 'HS256']) {
      const unsigned = forgedToken({ alg, kid: 'one' }, claims)
      const signed = createHmac('sha256', pem).update(unsigned.slice(0, -1)).digest('base64url')
      expect(await codeOf(on.writer(bearer(unsigned)))).toBe('401 UNAUTHORIZED')
      expect(await codeOf(on.writer(bearer(unsigned + signed)))).toBe('401 UNAUTHORIZED')
    }
    const [header, , signature] = good.split('.')
    const changed = forgedToken({}, { ...claims, sub: 'eve' }).split('.')[1]
    expect(await codeOf(on.writer(bearer(`${header}.${changed}.${signature}`)))).toBe('401 UNAUTHORIZED')
  })

  test('a key that is new is fetched, one that is gone no longer counts once the keys are fetched', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one')
    let now = 0
    const keys = new IssuerKeys(issuer.url, () => now)
    const { Tokens } = await import('../../src/authority/tokens.ts')
    const tokens = new Tokens({ issuer: issuer.url, scope: 'smalti:write', keys })
    const old = await issuer.token()
    await tokens.check(old)
    await issuer.addKey('two')
    issuer.removeKey('one')
    const fresh = await issuer.token({}, { kid: 'two' })
    // Not at once: whoever sends keys that nobody has would have them fetched all the time.
    expect(await codeOf(tokens.check(fresh))).toBe('401 UNAUTHORIZED')
    expect(issuer.requests).toHaveLength(2)
    now += 31_000
    expect(await codeOf(tokens.check(fresh))).toBe(`jwt:ada@${issuer.url}`)
    expect(issuer.requests).toHaveLength(4)
    expect(await codeOf(tokens.check(old))).toBe('401 UNAUTHORIZED')
    expect(issuer.requests).toHaveLength(4)
  })

  test('an issuer that is down is a 503, unless its keys are here; it is not asked all the time', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one')
    let now = 0
    const keys = new IssuerKeys(issuer.url, () => now)
    issuer.state.isDown = true
    expect(await codeOf(keys.get())).toBe('503 ISSUER_UNREACHABLE')
    expect(await codeOf(keys.get())).toBe('503 ISSUER_UNREACHABLE')
    expect(issuer.requests).toHaveLength(1)
    issuer.state.isDown = false
    now += 6000
    const here = await keys.get()
    issuer.state.isDown = true
    now += 11 * 60_000
    expect(await keys.get()).toBe(here)
    now += 60 * 60_000
    expect(await codeOf(keys.get())).toBe('503 ISSUER_UNREACHABLE')
  })

  test('a description of another issuer is none', async () => {
    const issuer = await localIssuer()
    await issuer.addKey('one')
    issuer.state.issuer = 'https://login.example.com'
    expect(await codeOf(new IssuerKeys(issuer.url).get())).toBe('503 ISSUER_UNREACHABLE')
  })
})
