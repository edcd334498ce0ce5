import { constants, createGzip, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { parseMosaic } from '../../src/mosaic/parse.ts'
import { made, roomy } from './made-mosaic.ts'

/** What a piece of a document packs to when it is repeated: gzip members may follow each other. */
async function packed(head: string, piece: Buffer, times: number, tail: string): Promise<Buffer> {
  const gzip = createGzip({ level: constants.Z_BEST_COMPRESSION })
  const chunks: Buffer[] = []
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk))
  gzip.end(head)
  await new Promise((resolve) => gzip.once('end', resolve))
  const member = gzipSync(piece, { level: constants.Z_BEST_COMPRESSION })
  return Buffer.concat([...chunks, ...Array.from({ length: times }, () => member), gzipSync(tail)])
}

test.each([
  ['white space', '{"mosaicjson":"0.0.3",', ' ', '"tiles":{}}'],
  ['an asset', '{"mosaicjson":"0.0.3","tiles":{"0":["', 'a', '"]}}'],
  ['assets', '{"mosaicjson":"0.0.3","tiles":{"0":["a"', ',"b"  ', ']}}'],
  ['members', '{"mosaicjson":"0.0.3"', ',"a":1  ', ',"tiles":{}}'],
  ['no JSON', '', '\0', ''],
])('a bomb of 10 GB of %s ends early, in bounded memory', async (_, head, repeated, tail) => {
  const tenGigabytes = await packed(head, Buffer.alloc(2 ** 26, repeated), 160, tail)
  expect(tenGigabytes.length).toBeLessThan(roomy.maxBytes)
  const before = process.memoryUsage().rss
  await expect(parseMosaic(tenGigabytes, roomy)).rejects.toMatchObject({ status: 413, code: 'TOO_LARGE' })
  expect(process.memoryUsage().rss - before).toBeLessThan(400e6)
})

test('what unpacks beyond the limit names the setting', async () => {
  const bytes = gzipSync(`${JSON.stringify(made()).slice(0, -1)}${' '.repeat(2 ** 20)}}`)
  const error = await parseMosaic(bytes, { ...roomy, maxUnpacked: 2 ** 20 }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ status: 413, setting: '--max-mosaic-unpacked' })
  await parseMosaic(bytes, { ...roomy, maxUnpacked: 2 ** 21 })
})

test('a bomb of assets ends when it does not fit into the memory for mosaics', async () => {
  const keys = Array.from(
    { length: 2 ** 14 },
    (_, i) => `"${i.toString(4).padStart(7, '0')}":["/a/${i}.tif","/b/${i}.tif"]`,
  ).join()
  const bytes = Buffer.from(`{"mosaicjson":"0.0.3","minzoom":7,"maxzoom":9,"tiles":{${keys}}}`)
  await expect(parseMosaic(bytes, { ...roomy, memory: 200_000 })).rejects.toMatchObject({
    status: 413,
    setting: '--mosaic-memory',
  })
  expect((await parseMosaic(bytes, roomy)).index.bytes).toBeLessThan(2e6)
})

test('members beside the tiles have a limit of their own, in one piece or in many', async () => {
  const one = JSON.stringify(made({ layers: 'x'.repeat(5e6) }))
  const many = JSON.stringify(made(Object.fromEntries(Array.from({ length: 500_000 }, (_, i) => [`m${i}`, i]))))
  for (const text of [one, many]) {
    await expect(parseMosaic(Buffer.from(text), roomy)).rejects.toMatchObject({ status: 413, code: 'TOO_LARGE' })
  }
})

test('reading stops when nobody waits for it any more', async () => {
  const bytes = gzipSync(`${JSON.stringify(made()).slice(0, -1)}${' '.repeat(2 ** 26)}}`)
  const client = new AbortController()
  const parsing = parseMosaic(bytes, roomy, { signal: client.signal })
  setTimeout(() => client.abort(new Error('gone')), 5)
  await expect(parsing).rejects.toThrow('gone')
})
