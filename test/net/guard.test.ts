import { describe, expect, test } from 'vitest'
import { NotAllowedError, ParameterError } from '../../src/errors.ts'
import { createGuard } from '../../src/net/guard.ts'
import { isPublicAddress } from '../../src/net/public-address.ts'

const cwd = '/nowhere'

describe('a URL prefix', () => {
  const guard = createGuard({
    allow: ['https://host.example/open/', 'http://127.0.0.1:8765/', 'https://h2.example/a', 'http://[::1]:9000/'],
    cwd,
  })

  test.each([
    'https://host.example/open/x.tif',
    'https://HOST.example:443/open/x.tif?sig=1',
    'https://host.example/shut/../open/x.tif',
    'https://host.example/open/a..b/..c/x.tif',
    'http://127.0.0.1:8765/x.tif',
    'https://h2.example/a',
    'https://h2.example/a/b',
    'http://[0:0::1]:9000/x',
  ])('covers %s', (href) => {
    expect(guard.checkUrl(href).protocol).toMatch(/^https?:$/)
  })

  test.each([
    'https://host.example/opened/x.tif',
    'https://host.example/open/../shut/x.tif',
    'https://host.example/open/%2e%2e/shut/x.tif',
    'https://host.example/open/.%2E/shut/x.tif',
    'https://host.example/open/..%2fshut/x.tif',
    'https://host.example/open/..%5cshut/x.tif',
    'https://host.example/open/%252e%252e%252fshut/x.tif',
    'https://host.example/open/..;/shut/x.tif',
    'https://host.example/open/..\\shut/x.tif',
    'https://host.example\\@evil.example/open/x.tif',
    'https://host.example@evil.example/open/x.tif',
    'https://user:pass@host.example/open/x.tif',
    'https://host.example.evil.example/open/x.tif',
    'https://host.example.:443/open/x.tif',
    'http://host.example/open/x.tif',
    'https://host.example:8443/open/x.tif',
    'https://h2.example/ab',
    'https://ho\tst.example/open/x.tif',
  ])('does not cover %s', (href) => {
    expect(() => guard.checkUrl(href)).toThrow(NotAllowedError)
  })

  test.each([
    'http://127.0.0.1/x',
    'http://127.0.0.1:80/x',
    'http://127.0.0.2:8765/x',
    'http://localhost:8765/x',
    'http://[::1]:8765/x',
    'http://[::ffff:127.0.0.1]:8765/x',
    'http://[::ffff:7f00:1]:8765/x',
    'http://0.0.0.0:8765/x',
    'http://0:8765/x',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
  ])('of one loopback origin does not cover %s', (href) => {
    expect(() => guard.checkUrl(href)).toThrow(NotAllowedError)
  })

  test.each(['http://2130706433:8765/x', 'http://0x7f000001:8765/x', 'http://0177.0.0.1:8765/x', 'http://127.1:8765/x'])(
    'of a listed address covers its other notation %s, by which the same origin is meant',
    (href) => {
      expect(guard.checkUrl(href).origin).toBe('http://127.0.0.1:8765')
    },
  )

  test('an address that cannot be parsed is a parameter error, without its secrets', () => {
    expect(() => guard.checkUrl('https://ho st/?sig=abc')).toThrow(ParameterError)
    expect(() => guard.checkUrl('https://ho st/?sig=abc')).not.toThrow(/abc/)
  })
})

test('buckets and tables match by name and prefix, at a segment boundary', () => {
  const guard = createGuard({ allow: ['s3://bucket/open', 'gs://g', 'dynamodb://us-east-1/table', 'sqlite:///data/'], cwd })
  for (const href of [
    's3://bucket/open/a?b#c.tif',
    's3://bucket/open',
    'gs://g/x',
    'dynamodb://us-east-1/table',
    'sqlite:///data/a.db',
  ]) {
    expect(() => guard.checkStore(href)).not.toThrow()
  }
  const refused = [
    's3://bucket/opened/a',
    's3://bucket2/open/a',
    's3://bucket/open/../a',
    's3://bucket/open/%2e%2e/a',
    'az://g/x',
    'dynamodb://us-east-1/table2',
  ]
  for (const href of refused) expect(() => guard.checkStore(href)).toThrow(NotAllowedError)
})

test.each(['ftp://host/', 'https://user@host/', 'https://host/?a=1', 'https://', '  '])(
  'the entry %j is refused, by name',
  (entry) => {
    expect(() => createGuard({ allow: [entry], cwd })).toThrow(/^allow:/)
  },
)

const notPublic = `
  0.0.0.0 0.1.2.3 10.1.1.1 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.168.1.1
  192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 ::
  ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1::
  2001::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 100::1
  2001:db8::1 4000::1 name.example
`

test.each(notPublic.trim().split(/\s+/))('%s is not an address of the open internet', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1', '2a00:1450::1'])(
  '%s is an address of the open internet',
  (address) => {
    expect(isPublicAddress(address)).toBe(true)
  },
)

test('stac+https:// may be searched and nothing else; an address that is listed for all may be searched too', () => {
  const guard = createGuard({ allow: ['stac+https://api.example/v1/', 'https://files.example/'], cwd })
  expect(guard.checkUrl('https://API.example:443/v1/search', 'search').href).toBe('https://api.example/v1/search')
  expect(guard.checkUrl('https://files.example/search', 'search').href).toBe('https://files.example/search')
  expect(() => guard.checkUrl('https://api.example/v1/search')).toThrow(NotAllowedError)
  expect(() => guard.checkUrl('https://api.example/v2/search', 'search')).toThrow(NotAllowedError)
  expect(() => guard.checkUrl('http://api.example/v1/search', 'search')).toThrow(NotAllowedError)
})
