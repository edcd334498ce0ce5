import { describe, expect, test } from 'vitest'
import { isAbsolute, resolveAddress, schemeOf, withoutSecrets } from '../../src/net/address.ts'

describe('resolveAddress', () => {
  test.each([
    ['/data/mosaic.json', 'a/b.tif', '/data/a/b.tif'],
    ['/data/mosaic.json', '/other/b.tif', '/other/b.tif'],
    ['/data/mosaic.json', 'https://host/b.tif', 'https://host/b.tif'],
    ['file:///my%20data/mosaic.json', '../b 1.tif', '/b 1.tif'],
    ['https://host/x/mosaic.json?sig=1', 'b.tif', 'https://host/x/b.tif'],
    ['https://host/x/mosaic.json', '/b.tif', 'https://host/b.tif'],
    ['s3://bucket/x/mosaic.json', 'what?#1.tif', 's3://bucket/x/what?#1.tif'],
    ['s3://bucket/x/mosaic.json', '../../../b.tif', 's3://bucket/b.tif'],
  ])('of %s, %s is %s', (base, relative, address) => {
    expect(resolveAddress(base, relative)).toBe(address)
  })
})

test('a scheme is told from a path with a colon', () => {
  expect(schemeOf('HTTPS://host/x')).toBe('https')
  expect(schemeOf('stac+https://host/search')).toBe('stac+https')
  expect(schemeOf('file:/x')).toBe('file')
  expect(schemeOf('band:1.tif')).toBeUndefined()
  expect(schemeOf('/data/x.tif')).toBeUndefined()
  expect(isAbsolute('/data/x.tif')).toBe(true)
  expect(isAbsolute('s3://bucket/x')).toBe(true)
  expect(isAbsolute('data/x.tif')).toBe(false)
})

test('user, query and fragment are cut out of a name', () => {
  expect(withoutSecrets('https://user:pass@host/a/b.tif?X-Amz-Signature=abc#frag')).toBe('https://host/a/b.tif')
  expect(withoutSecrets('az://container/a.tif?sv=1&sig=abc')).toBe('az://container/a.tif')
  expect(withoutSecrets('/data/a@b/c?d.tif')).toBe('/data/a@b/c?d.tif')
})
