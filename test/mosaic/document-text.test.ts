import { expect, test } from 'vitest'
import { documentText } from '../../src/mosaic/document-text.ts'
import { inMemory, made } from './made-mosaic.ts'

async function textOf(pieces: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const piece of pieces) found.push(piece)
  return found
}

test('the text in pieces is the whole document', async () => {
  const tiles: Record<string, string[]> = {}
  for (let i = 0; i < 4 ** 6; i++) tiles[i.toString(4).padStart(6, '0')] = [`/a"b\\${i}/${'x'.repeat(100)}.tif`, '/\u6771?#.tif']
  const document = { ...made({ quadkey_zoom: 6, 'other:extra': [1, null], attribution: 'a "b"' }), tiles }
  const store = await inMemory(document)
  const pieces = await textOf(store.text())
  expect(pieces.length).toBeGreaterThan(3)
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(200_000)
  expect(JSON.parse(pieces.join(''))).toEqual(document)
})

test('without tiles and without members it is JSON too', async () => {
  expect((await textOf(documentText({} as never, []))).join('')).toBe('{"tiles":{}}')
  expect((await textOf(documentText({ name: 'x' } as never, [['', ['a']]]))).join('')).toBe('{"name":"x","tiles":{"":["a"]}}')
})
