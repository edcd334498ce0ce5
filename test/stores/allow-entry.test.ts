import { expect, test } from 'vitest'
import { allowEntries } from '../../src/stores/allow-entry.ts'
import { storeKindOf } from '../../src/stores/registry.ts'

const entriesOf = (address: string) => allowEntries(storeKindOf(address), address, { cwd: '/srv', region: 'us-east-1' })

test.each([
  ['a/m.json', ['/srv/a/m.json', '/srv/a']],
  ['file:///data/m.json.gz', ['/data/m.json.gz', '/data']],
  ['sqlite:////data/m.db:name', ['/data/m.db', '/data']],
  ['https://host:8443/a/m.json?sig=1#x', ['https://host:8443/a/m.json']],
  ['s3://bucket/a/m.json', ['s3://bucket/a/m.json']],
  ['/vsis3/bucket/a/m.json', ['s3://bucket/a/m.json']],
  ['dynamodb://eu-west-1/table:name', ['dynamodb://eu-west-1/table:name']],
  ['dynamodb:///table', ['dynamodb://us-east-1/table:table']],
  ['stac+https://host/api/search#%7B%22minzoom%22%3A1%2C%22maxzoom%22%3A2%7D', ['stac+https://host/api/search']],
])('%s is covered by %j', (address, entries) => {
  expect(entriesOf(address)).toEqual(entries)
})

test.each(['dynamodb://x', 's3://bucket', 'gs://B/k', 'sqlite:///m.db', 'ftp://host/m.json'])('%s is no address', (address) => {
  expect(() => entriesOf(address)).toThrow(/^url: /)
})
