import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { parseMosaic, toDocument } from '../../src/mosaic/parse.ts'
import { made, roomy } from './made-mosaic.ts'

const parse = (text: string | Uint8Array, limits = roomy) => parseMosaic(Buffer.from(text), limits)
const parseMade = (members: Record<string, unknown>) => parse(JSON.stringify(made(members)))

test('a document is read plain and as gzip, known by its bytes', async () => {
  const text = JSON.stringify(made({ name: 'Two scenes' }))
  for (const bytes of [text, `\uFEFF${text}`, ` \r\n\t${text}\n`, gzipSync(text)]) {
    const { info, index } = await parse(bytes)
    expect(info).toMatchObject({ name: 'Two scenes', minzoom: 3, maxzoom: 9, quadkeyZoom: 3, version: '1.0.0' })
    expect([...index.entries()]).toEqual([['012', ['/a.tif']]])
  }
})

test('absent members have the defaults of the specification', async () => {
  const { info } = await parse('{"mosaicjson": "0.0.1", "minzoom": 2, "maxzoom": 4, "name": null, "tiles": {}}')
  expect(info).toMatchObject({
    version: '1.0.0',
    bounds: [-180, -90, 180, 90],
    center: [0, 0, 2],
    quadkeyZoom: 2,
    tileMatrixSet: 'WebMercatorQuad',
  })
  expect([info.name, info.asset_prefix]).toEqual([undefined, undefined])
})

test('quadkey_zoom 0 is a zoom, not an absent one', async () => {
  const { info, index } = await parseMade({ minzoom: 5, quadkey_zoom: 0, tiles: { '': ['/world.tif'] } })
  expect(info.quadkeyZoom).toBe(0)
  expect(index.idsFor([''], 10).map((id) => index.text(id))).toEqual(['/world.tif'])
})

test('quadkeys may have 30 digits', async () => {
  const key = '012301230123012301230123012323'
  const other = `${key.slice(0, 29)}2`
  const { index } = await parseMade({ quadkey_zoom: 30, tiles: { [key]: ['/b.tif'], [other]: ['/a.tif'] } })
  expect([...index.quadkeys()]).toEqual([other, key])
  expect(index.idsFor([key], 10).map((id) => index.text(id))).toEqual(['/b.tif'])
})

test('the document comes back as it was read, unknown members and repeated assets kept', async () => {
  const document = made({
    quadkey_zoom: 3,
    my_key: { a: [1, { b: 'x"y\\z' }], '\u00e9': null },
    colormap: { 1: [255, 0, 0, 255] },
    tiles: { '130': ['b.tif', 'a.tif', 'b.tif'], '012': [], '120': ['\u00fcml\u00e4ut /"quoted".tif', 'a.tif'] },
  })
  expect(toDocument(await parse(JSON.stringify(document)))).toEqual(document)
})

test('escapes in assets and names are understood', async () => {
  const { info, index } = await parse(
    String.raw`{"mosaicjson":"0.0.3","minzoom":1,"maxzoom":2,"\u006eame":"\u00e9","tiles":{"\u0031":["s3:\/\/b\/\ud83d\ude00.tif"]}}`,
  )
  expect(info.name).toBe('\u00e9')
  expect([...index.entries()]).toEqual([['1', ['s3://b/\u{1f600}.tif']]])
})

test('members named like an object\u2019s own machinery are members like any other', async () => {
  const text = '{"mosaicjson":"0.0.3","minzoom":1,"maxzoom":2,"__proto__":{"polluted":true},"constructor":1,"tiles":{"1":["a"]}}'
  const parsed = await parse(text)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect(parsed.info.name).toBeUndefined()
  expect(JSON.parse(JSON.stringify(toDocument(parsed)))).toEqual(JSON.parse(text))
  await expect(parseMade({ tiles: JSON.parse('{"__proto__": ["a.tif"]}') })).rejects.toThrow(
    'tiles: "__proto__" is not a quadkey',
  )
})

test('of a quadkey that is there twice the last one counts', async () => {
  const { index } = await parse('{"mosaicjson":"0.0.3","minzoom":1,"maxzoom":2,"tiles":{"1":["a"],"0":["c"],"1":["b"]}}')
  expect([...index.entries()]).toEqual([
    ['0', ['c']],
    ['1', ['b']],
  ])
})

test('bytes that arrive in pieces of any size give the same', async () => {
  const { DocumentScanner } = await import('../../src/mosaic/document-scanner.ts')
  const { IndexBuilder } = await import('../../src/mosaic/index-builder.ts')
  const document = made({ layers: { a: ['x', 1.5e3, null] }, tiles: { '012': ['\\"é.tif', 'b'], '321': [], '003': ['b'] } })
  const bytes = Buffer.from(`${JSON.stringify(document, null, 1)}\n`)
  for (let size = 1; size < 40; size++) {
    const builder = new IndexBuilder()
    const scanner = new DocumentScanner(builder)
    for (let at = 0; at < bytes.length; at += size) scanner.feed(bytes.subarray(at, at + size))
    const { members, keyLength } = scanner.finish()
    expect({ ...members, tiles: Object.fromEntries(builder.finish(keyLength ?? 0).entries()) }).toEqual(document)
  }
})

test.each([
  ['minzoom', { minzoom: 31 }, 'minzoom must be a whole number from 0 to 30, not 31'],
  ['minzoom', { minzoom: -1 }, 'minzoom must be a whole number from 0 to 30, not -1'],
  ['minzoom', { minzoom: undefined }, 'the member "minzoom" is missing'],
  ['maxzoom', { maxzoom: 'high' }, 'maxzoom must be a whole number from 0 to 30, not "high"'],
  ['maxzoom', { maxzoom: 2 }, 'minzoom (3) is above maxzoom (2)'],
  ['mosaicjson', { mosaicjson: undefined }, '"mosaicjson" is missing'],
  ['mosaicjson', { mosaicjson: 3 }, 'mosaicjson must be a string, not 3'],
  ['quadkey_zoom', { quadkey_zoom: 3.5 }, 'quadkey_zoom must be a whole number from 0 to 30, not 3.5'],
  ['quadkey_zoom', { quadkey_zoom: 4 }, 'the quadkeys have 3 digits, but quadkey_zoom is 4'],
  ['quadkey_zoom', { minzoom: 4 }, 'the quadkeys have 3 digits, but minzoom (there is no quadkey_zoom) is 4'],
  ['bounds', { bounds: [-76, 44, -71] }, 'bounds must be an array of 4 numbers, not [-76,44,-71]'],
  ['bounds', { bounds: [-76, 44, 'e', 47] }, 'bounds[2] must be a number, not "e"'],
  ['bounds', { bounds: [-76, 44, -71, 470] }, 'bounds[3] (470) is not on the globe'],
  ['bounds', { bounds: [-76, 48, -71, 47] }, 'bounds: the south edge (48) is above the north edge (47)'],
  ['center', { center: [1, 2] }, 'center must be an array of 3 numbers, not [1,2]'],
  ['asset_prefix', { asset_prefix: ['s3://b/'] }, 'asset_prefix must be a string, not ["s3://b/"]'],
  ['tilematrixset', { tilematrixset: { id: 'Mine' } }, 'tilematrixset: "Mine" is not a tile matrix set that is known here'],
  ['tilematrixset', { tilematrixset: { id: 'WGS1984Quad' } }, 'tilematrixset: WGS1984Quad has no quadkeys'],
  ['tiles', { tiles: undefined }, '"tiles" is missing'],
  ['tiles', { tiles: ['a.tif'] }, '"tiles" must be an object of quadkeys (at byte'],
  ['tiles', { tiles: { '012': 'a.tif' } }, 'tiles: "012" must be an array of assets (at byte'],
  ['tiles', { tiles: { '012': ['a.tif', 1] } }, 'tiles: "012"[1] must be a string (at byte'],
  ['tiles', { tiles: { '014': ['a.tif'] } }, 'tiles: "014" is not a quadkey'],
  ['tiles', { tiles: { '012': [], '01': [] } }, 'tiles: quadkey "01" has 2 digits, the ones before it 3 (at byte'],
  ['tiles', { tiles: { ['0'.repeat(31)]: [] } }, 'is not a quadkey (at most 30 digits'],
])('a wrong %s is refused: %j', async (_, members, message) => {
  const error = await parseMade(members).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ status: 422, code: 'INVALID_MOSAIC' })
  expect((error as Error).message).toContain(message)
})

test.each([
  ['', 'the document ends too early (at byte 0)'],
  ['this is not JSON', 'not a MosaicJSON document: expected "{" (at byte 0)'],
  ['[{}]', 'not a MosaicJSON document: expected "{" (at byte 0)'],
  ['{"mosaicjson": ', 'the document ends too early (at byte 15)'],
  ['{"tiles":{"0":["a', 'the document ends too early (at byte 17)'],
  ['{"minzoom": 01, "tiles": {}}', '"minzoom" at byte 12 is not JSON'],
  ['{"bounds": [1 2], "tiles": {}}', '"bounds" at byte 11 is not JSON'],
  ['{"minzoom": , "tiles": {}}', 'expected a value (at byte 12)'],
  ['{"minzoom": ]', 'expected a value (at byte 12)'],
  ['{"minzoom" 3}', 'expected ":" (at byte 11)'],
  ['{"tiles": {},}', 'expected the name of a member in quotes (at byte 13)'],
  ['{"tiles": {"0": ["a" "b"]}}', 'expected "," or "]" (at byte 21)'],
  ['{"tiles": {"0": ["a",]}}', 'tiles: "0"[1] must be a string (at byte 21)'],
  ['{"tiles": {}} {}', 'something behind the end of the document (at byte 14)'],
  ['{"tiles": {}, "tiles": {}}', '"tiles" is there twice (at byte 23)'],
  ['{"tiles": {"0": ["a\nb"]}}', 'a control character in a string (at byte 19)'],
  ['{"tiles": {"0": ["\\x"]}}', 'tiles: "0"[0] at byte 17 is not JSON'],
  [`{"a": ${'['.repeat(300)}`, 'more than 256 levels of brackets'],
])('text that is no document says where: %s', async (text, message) => {
  await expect(parse(text)).rejects.toMatchObject({ code: 'INVALID_MOSAIC', message: expect.stringContaining(message) })
})

test('broken gzip is an invalid mosaic', async () => {
  const packed = gzipSync(JSON.stringify(made()))
  await expect(parse(packed.subarray(0, packed.length - 12))).rejects.toMatchObject({ status: 422 })
  await expect(parse(Buffer.concat([packed.subarray(0, 20), Buffer.alloc(20, 7)]))).rejects.toThrow('cannot be unpacked')
})

test('bounds across the antimeridian, and half a pixel beyond the globe, are legal', async () => {
  const across = await parseMade({ bounds: [170, -20, -170, 10] })
  expect(across.info.center).toEqual([180, -5, 3])
  const beyond = await parseMade({ bounds: [-180.0001, -90.0001, 180.0001, 90.0001] })
  expect(beyond.info.bounds).toEqual([-180.0001, -90.0001, 180.0001, 90.0001])
})
