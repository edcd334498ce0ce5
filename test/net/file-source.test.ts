import { renameSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createNet } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { countingBytes } from './local-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

function fileOf(bytes: Uint8Array) {
  const folder = temporaryFolder()
  const path = join(folder, 'x.bin')
  writeFileSync(path, bytes)
  return { path, folder, net: createNet({ allow: [folder], cwd: folder }) }
}

test('ranges are exact, and shorter only at the end of the file', async () => {
  const { net, path } = fileOf(countingBytes(1000))
  const trace = newTrace()
  const source = await net.open(path)
  expect(source.size).toBe(1000)
  expect(await source.read(10, 5, { trace })).toEqual(Uint8Array.of(10, 11, 12, 13, 14))
  expect(await source.read(998, 10, { trace })).toEqual(Uint8Array.of(998 % 251, 999 % 251))
  expect(await source.read(5000, 10)).toHaveLength(0)
  expect(trace).toMatchObject({ reads: 2, bytesRead: 7 })
  await source.close()
})

test('concurrent reads do not mix', async () => {
  const bytes = countingBytes(100_000)
  const { net, path } = fileOf(bytes)
  const source = await net.open(path)
  const reads = await Promise.all(Array.from({ length: 50 }, (_, index) => source.read(index * 1999, 1999)))
  for (const [index, read] of reads.entries()) expect(read).toEqual(bytes.slice(index * 1999, (index + 1) * 1999))
  await source.close()
})

test('a file that is written to while it is open is told as changed', async () => {
  const { net, path } = fileOf(countingBytes(1000))
  const source = await net.open(path)
  await source.read(0, 10)
  writeFileSync(path, new Uint8Array(1000))
  utimesSync(path, 1, 1)
  await expect(source.read(0, 10)).rejects.toMatchObject({ status: 502, code: 'SOURCE_CHANGED' })
  await source.close()
})

test('a file that is cut short while it is open is told as changed', async () => {
  const { net, path } = fileOf(countingBytes(1000))
  const source = await net.open(path)
  truncateSync(path, 500)
  await expect(source.read(400, 200)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
  await source.close()
})

test('a file that is replaced has another revision when it is opened anew, and the open one stays whole', async () => {
  const { net, path } = fileOf(countingBytes(1000))
  const before = await net.open(path)
  const { atime, mtime } = statSync(path)
  writeFileSync(`${path}.new`, new Uint8Array(1000))
  utimesSync(`${path}.new`, atime, mtime)
  renameSync(`${path}.new`, path)
  const after = await net.open(path)
  expect(after.revision).not.toBe(before.revision)
  expect(await before.read(1, 2)).toEqual(Uint8Array.of(1, 2))
  expect(await after.read(1, 2)).toEqual(Uint8Array.of(0, 0))
  await before.close()
  await after.close()
})

test('closing waits for the reads in flight, can be repeated, and ends reading', async () => {
  const { net, path } = fileOf(countingBytes(200_000))
  const source = await net.open(path)
  const order: string[] = []
  const reading = source.read(0, 200_000).then((bytes) => order.push(`read ${bytes.length}`))
  const closing = Promise.all([source.close(), source.close()]).then(() => order.push('closed'))
  await Promise.all([reading, closing])
  expect(order).toEqual(['read 200000', 'closed'])
  await source.close()
  await expect(source.read(0, 1)).rejects.toThrow(/closed/)
})

test('an aborted read gives the reason', async () => {
  const { net, path } = fileOf(countingBytes(10))
  const source = await net.open(path)
  await expect(source.read(0, 1, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
  await source.close()
})
