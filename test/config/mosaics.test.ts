import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { readMosaics } from '../../src/config/mosaics.ts'
import { parseStac } from '../../src/stores/stac-address.ts'

const folder = mkdtempSync(join(tmpdir(), 'smalti-mosaics-'))
const file = join(folder, 'mosaics.json')
afterAll(() => rmSync(folder, { recursive: true }))

function read(content: unknown, env: Record<string, string> = {}) {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readMosaics(file, env)
}

test('a mosaic has an address, what people read of it, and what its links carry', () => {
  const [relief, signed] = read(
    {
      relief: {
        url: 's3://bucket/relief.json.gz',
        title: 'Relief',
        assets: 'shown',
        render: { rescale: '0,3000', bidx: [3, 2, 1] },
      },
      signed: { url: { env: 'SIGNED' } },
    },
    { SIGNED: 'https://host/a.json?sig=1' },
  )
  expect(relief).toMatchObject({ name: 'relief', address: 's3://bucket/relief.json.gz', title: 'Relief', assets: 'shown' })
  expect(relief.render).toEqual([
    ['rescale', '0,3000'],
    ['bidx', '3'],
    ['bidx', '2'],
    ['bidx', '1'],
  ])
  expect(signed).toMatchObject({ address: 'https://host/a.json?sig=1', assets: 'hidden', render: [] })
})

test('a STAC search of any length stands in the file, and becomes part of the address', () => {
  const query = { collections: ['sentinel-2'], ids: Array.from({ length: 2000 }, (_, index) => `item-${index}`) }
  const [found] = read({
    s2: {
      url: 'stac+https://api.example/search',
      search: query,
      minzoom: 8,
      maxzoom: 14,
      max_items: 5000,
      accessor: 'assets.B01.href',
    },
  })
  expect(parseStac(found.address)).toEqual({
    href: 'https://api.example/search',
    search: { query, minzoom: 8, maxzoom: 14, maxItems: 5000, accessor: 'assets.B01.href' },
  })
})

test.each([
  ['[', /mosaics\.json is not JSON$/],
  ['[]', /is not a JSON object of mosaics by name/],
  [{ 'a b': {} }, /mosaics\.json: a b: a name has 1 to 64 letters/],
  [{ ['x'.repeat(65)]: {} }, /a name has 1 to 64/],
  [{ a: 's3://b/k' }, /: a is not an object/],
  [{ a: {} }, /: a\.url must be the address/],
  [{ a: { url: 'mosaic:b' } }, /: a\.url must be an address itself/],
  [{ a: { url: { env: 'NONE' } } }, /: a\.url: the environment variable NONE is not set/],
  [{ a: { url: 's3://b/k', tittle: 'x' } }, /: a\.tittle is not known; did you mean title\?/],
  [{ a: { url: 's3://b/k', title: 4 } }, /: a\.title must be a text/],
  [{ a: { url: 's3://b/k', assets: 'secret' } }, /: a\.assets must be "hidden" or "shown"/],
  [{ a: { url: 's3://b/k', minzoom: 4 } }, /: a\.minzoom belongs to STAC searches/],
  [{ a: { url: 'stac+https://h/search', minzoom: 4 } }, /: a: maxzoom is needed/],
  [{ a: { url: 'stac+https://h/search', minzoom: 4, maxzoom: 99 } }, /: a: maxzoom must be a whole number/],
  [{ a: { url: 'stac+https://h/search', search: [], minzoom: 4, maxzoom: 9 } }, /: a: search must be a JSON object/],
  [{ a: { url: 's3://b/k', render: 'x=1' } }, /: a\.render must be an object/],
  [{ a: { url: 's3://b/k', render: { rescale: {} } } }, /: a\.render\.rescale must be a text/],
])('%j is refused with the name and the member', (content, reason) => {
  expect(() => read(content)).toThrow(reason)
})

test('the start ends with the flag in the message, and without the address', () => {
  writeFileSync(file, JSON.stringify({ a: { url: 'https://host/x?sig=hush', minzoom: 1 } }))
  const start = () => parseConfig(['--mosaics', file], {})
  expect(start).toThrow(/^--mosaics: .*: a\.minzoom/)
  expect(start).not.toThrow(/hush/)
  expect(() => parseConfig(['--seal-key', 'short'], {})).toThrow(/--seal-key: a key needs at least 32 characters/)
})
