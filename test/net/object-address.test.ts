import { describe, expect, test } from 'vitest'
import { parseObject, printObject, withoutVsi } from '../../src/net/object-address.ts'

describe('addresses of objects', () => {
  test.each([
    ['s3://bucket/key', { scheme: 's3', bucket: 'bucket', key: 'key' }],
    ['s3://my.bucket-1/a/b/c.json.gz', { scheme: 's3', bucket: 'my.bucket-1', key: 'a/b/c.json.gz' }],
    ['s3://bucket/what?x=1#part', { scheme: 's3', bucket: 'bucket', key: 'what?x=1#part' }],
    ['s3://bucket/a b/100%25 \u6771\u4eac.json', { scheme: 's3', bucket: 'bucket', key: 'a b/100%25 \u6771\u4eac.json' }],
    ['s3://bucket//a', { scheme: 's3', bucket: 'bucket', key: '/a' }],
    ['gs://bucket_1/key', { scheme: 'gs', bucket: 'bucket_1', key: 'key' }],
    ['az://container/key', { scheme: 'az', bucket: 'container', key: 'key' }],
    [
      'az://account.blob.core.windows.net/container/a/key?',
      { scheme: 'az', host: 'account.blob.core.windows.net', bucket: 'container', key: 'a/key?' },
    ],
  ])('%s is taken apart and put together', (address, place) => {
    expect(parseObject(address)).toEqual(place)
    expect(printObject(parseObject(address))).toBe(address)
  })

  test('a scheme in capitals is the same, a host too', () => {
    expect(printObject(parseObject('S3://bucket/Key'))).toBe('s3://bucket/Key')
    expect(printObject(parseObject('az://Account.blob.core.windows.net/c/../k'.replace('c/..', 'ccc')))).toBe(
      'az://account.blob.core.windows.net/ccc/k',
    )
  })

  test.each([
    ['s3://'],
    ['s3://bucket'],
    ['s3://bucket/'],
    ['s3:///key'],
    ['s3://buc ket/key'],
    ['s3://user@bucket/key'],
    ['s3://bucket?x/key'],
    ['s3://bucket/a\nb'],
    ['s3://bucket/a\0b'],
    [`s3://bucket/${'x'.repeat(1025)}`],
    ['gs://Bucket/key'],
    ['az://UPPER/key'],
    ['az://a/key'],
    ['az://account.blob.core.windows.net'],
    ['az://account.blob.core.windows.net/container'],
    ['az://account.blob.core.windows.net@evil.org/container/key'],
    ['https://host/key'],
  ])('%j names no object', (address) => {
    expect(() => parseObject(address)).toThrow(expect.objectContaining({ status: 422, parameter: 'url' }))
  })
})

test('a signature behind an Azure address is refused without repeating it', () => {
  const address = 'az://account.blob.core.windows.net/container/key?sv=1&sig=hush'
  expect(() => parseObject(address)).toThrow(/credentials/)
  expect(() => parseObject(address)).not.toThrow(/hush/)
})

describe('names that GDAL uses', () => {
  test.each([
    ['/vsis3/bucket/a?b.tif', 's3://bucket/a?b.tif'],
    ['/vsigs/bucket/a.tif', 'gs://bucket/a.tif'],
    ['/vsiaz/container/a.tif', 'az://container/a.tif'],
    ['/vsicurl/https://host/a.tif?x=1', 'https://host/a.tif?x=1'],
    ['/vsicurl/file:///etc/passwd', '/vsicurl/file:///etc/passwd'],
    ['/vsizip/a.zip/a.tif', '/vsizip/a.zip/a.tif'],
    ['/data/vsis3/a.tif', '/data/vsis3/a.tif'],
    ['s3://bucket/a.tif', 's3://bucket/a.tif'],
  ])('%s', (name, address) => expect(withoutVsi(name)).toBe(address))
})
