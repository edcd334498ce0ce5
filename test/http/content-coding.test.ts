import { expect, test } from 'vitest'
import { isPackable, plainTags, preferredCoding, tagAsGiven, tagOf } from '../../src/http/content-coding.ts'

test.each([
  [undefined, undefined],
  ['', undefined],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip, deflate', 'gzip'],
  ['GZIP;q=1.0, br;q=0.9', 'gzip'],
  ['*', 'zstd'],
  ['*;q=0.1, br;q=0', 'zstd'],
  ['zstd;q=0, br;q=0, gzip;q=0', undefined],
  ['identity, gzip;q=0.5', undefined],
  ['gzip;q=nonsense', undefined],
])('of %j it takes %s', (header, coding) => expect(preferredCoding(header)).toBe(coding))

test.each([
  ['application/json; charset=utf-8', 1024, true],
  ['application/json', 1023, false],
  ['application/geo+json', 5000, true],
  ['application/vnd.oai.openapi+json;version=3.1', 5000, true],
  ['application/xml', 5000, true],
  ['text/html', 5000, true],
  ['image/svg+xml', 5000, true],
  ['image/png', 5000, false],
  ['application/x-binary', 5000, false],
  ['text/event-stream', 5000, false],
])('%s of %i bytes: %s', (type, bytes, packable) => expect(isPackable(type, bytes)).toBe(packable))

test('each coding has a strong tag of its own, and conditions may name any of them', () => {
  expect(tagOf('"abc"', 'gzip')).toBe('"abc-gzip"')
  expect(plainTags('"abc-gzip", W/"d-br", "e"')).toBe('"abc", W/"d", "e"')
  expect(tagAsGiven('"abc"', '"x", "abc-zstd"')).toBe('"abc-zstd"')
  expect(tagAsGiven('"abc"', '"abc"')).toBe('"abc"')
})
