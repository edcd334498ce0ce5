import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readCredentials } from '../../src/config/credentials.ts'
import { parseConfig } from '../../src/config.ts'
import { createCredentials } from '../../src/net/credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'smalti-credentials-'))
const file = join(folder, 'credentials.json')
afterAll(() => rmSync(folder, { recursive: true }))

function read(content: unknown, env: Record<string, string> = {}) {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readCredentials(file, env)
}

describe('the file of credentials', () => {
  test('values are taken as they are, or from the environment', () => {
    const entries = read(
      [
        { prefix: 's3://bucket/', region: 'eu-west-1', accessKeyId: 'id', secretAccessKey: { env: 'KEY' }, requestPayer: true },
        { prefix: 'https://host/x/', headers: { Authorization: { env: 'TOKEN' } } },
      ],
      { KEY: 'secret', TOKEN: 'Bearer abc' },
    )
    expect(entries).toEqual([
      { prefix: 's3://bucket/', region: 'eu-west-1', accessKeyId: 'id', secretAccessKey: 'secret', requestPayer: true },
      { prefix: 'https://host/x/', headers: { authorization: 'Bearer abc' } },
    ])
  })

  test.each([
    ['[{', /is not JSON$/],
    ['{}', /is not a JSON array/],
    [['x'], /entry 1 is not an object/],
    [[{}], /entry 1: prefix must be/],
    [[{ prefix: 'ftp://x/' }], /prefix must be an address that begins with s3:\/\//],
    [[{ prefix: 'https://' }], /prefix must name a host/],
    [[{ prefix: 's3://b/', acessKeyId: 'hush' }], /acessKeyId is not known; did you mean accessKeyId\?/],
    [[{ prefix: 's3://b/', accessKeyId: 'hush' }], /belong together/],
    [[{ prefix: 's3://b/', anonymous: 'hush' }], /anonymous must be true or false/],
    [[{ prefix: 's3://b/', region: 5 }], /region must be a text/],
    [[{ prefix: 's3://b/', region: { environment: 'hush' } }], /region must be a value or/],
    [[{ prefix: 's3://b/', region: { env: 'UNSET' } }], /the environment variable UNSET is not set/],
    [[{ prefix: 'https://h/', headers: { 'a b': 'hush' } }], /is not a header/],
    [[{ prefix: 'https://h/', headers: { a: 'hush\r\nb: c' } }], /is not a header/],
    [[{ prefix: 'https://h/', tokenEndpoint: 'hush' }], /tokenEndpoint must be an address/],
    [[{ prefix: 'https://*.h/', headers: { a: 'hush' } }], /may have a star for its host/],
    [[{ prefix: 'https://*.h/', tokenEndpoint: 'https://t/', headers: { a: 'hush' } }], /may have a star for its host/],
  ])('%j is refused without a word of what it holds', (content, message) => {
    expect(() => read(content)).toThrow(message)
    expect(() => read(content)).not.toThrow(/hush/)
  })

  test('a mistake ends the start, and names the flag', () => {
    writeFileSync(file, 'hush')
    expect(() => parseConfig(['--credentials', file], {})).toThrow(/^--credentials: .*is not JSON$/)
    expect(() => parseConfig([], { SMALTI_CREDENTIALS: join(folder, 'absent.json') })).toThrow(/^SMALTI_CREDENTIALS: .*ENOENT$/)
  })
})

describe('the entry of an address', () => {
  const credentials = createCredentials([
    { prefix: 's3://', region: 'all' },
    { prefix: 's3://bucket', region: 'bucket' },
    { prefix: 's3://bucket/deep/er/', region: 'deeper' },
    { prefix: 's3://bucket/deep/', region: 'deep' },
    { prefix: 'https://host/private/', headers: { a: 'b' } },
    { prefix: 'az://account.blob.core.windows.net/container/', sas: 'x' },
  ])
  test.each([
    ['s3://bucket/a', 'bucket'],
    ['s3://bucket/deep/a', 'deep'],
    ['s3://bucket/deep/er/a', 'deeper'],
    ['s3://bucket/deeper', 'bucket'],
    ['s3://bucket2/a', 'all'],
    ['gs://bucket/a', undefined],
  ])('the longest prefix of %s', (address, region) => expect(credentials.for(address)?.region).toBe(region))

  test.each([
    ['https://host/private/a.tif', true],
    ['https://host:443/private/a.tif', true],
    ['https://HOST/private/a.tif?x=1', true],
    ['https://host/public/a.tif', false],
    ['https://host/private/../public/a.tif', false],
    ['http://host/private/a.tif', false],
    ['https://host:8443/private/a.tif', false],
    ['https://host.evil.org/private/a.tif', false],
    ['https://host@evil.org/private/a.tif', false],
    ['https://evil.org/https://host/private/a.tif', false],
  ])('headers for %s: %s', (address, has) => expect(credentials.for(address)?.headers !== undefined).toBe(has))

  test('the long form of an Azure address', () => {
    expect(credentials.for('az://account.blob.core.windows.net/container/a')?.sas).toBe('x')
    expect(credentials.for('az://other.blob.core.windows.net/container/a')).toBeUndefined()
  })
})
