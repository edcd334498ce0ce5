import { expect, test } from 'vitest'
import { storeKindOf } from '../../src/stores/registry.ts'

test.each([
  ['a.json.gz', 'File'],
  ['/abs/a.json', 'File'],
  ['file:///a.json.gz', 'File'],
  ['FILE:///a.json', 'File'],
  ['http://host/a.json', 'HTTP'],
  ['HTTPS://host/a.json?x=1', 'HTTP'],
  [':memory:', 'Memory'],
])('%s is of the kind %s', (address, name) => {
  expect(storeKindOf(address).name).toBe(name)
})

test.each(['', '  ', 'ftp://host/a.json', 'javascript://x', 'a\0.json'])('%j is an error of the parameter url', (address) => {
  expect(() => storeKindOf(address)).toThrow(expect.objectContaining({ status: 422, parameter: 'url' }))
})

test('the message about an unknown scheme repeats nothing but the scheme', () => {
  expect(() => storeKindOf('ftp://user:secret@host/a.json?token=secret')).toThrow(/^url: mosaics are not read from ftp$/)
})
