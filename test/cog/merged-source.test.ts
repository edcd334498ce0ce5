import { expect, it } from 'vitest'

import { MergedSource } from '../../src/cog/merged-source.ts'
import type { ByteSource, ReadOptions } from '../../src/net/source.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** A file whose byte at an offset is that offset modulo 251, and the reads that came through. */
function counted(size = 20 * MIB): { source: ByteSource; reads: [number, number][]; signals: (AbortSignal | undefined)[] } {
  const reads: [number, number][] = []
  const signals: (AbortSignal | undefined)[] = []
  const source: ByteSource = {
    name: 'file',
    size,
    revision: 'r',
    read: async (offset: number, length: number, { signal }: ReadOptions = {}) => {
      reads.push([offset, length])
      signals.push(signal)
      await new Promise((resolve) => setTimeout(resolve, 5))
      signal?.throwIfAborted()
      return Uint8Array.from({ length: Math.min(length, size - offset) }, (_, i) => (offset + i) % 251)
    },
    close: () => Promise.resolve(),
  }
  return { source: new MergedSource(source), reads, signals }
}

const at = (offset: number, length: number) => Uint8Array.from({ length }, (_, i) => (offset + i) % 251)

it('fetches what is asked for in one turn together, and hands each its part', async () => {
  const { source, reads } = counted()
  const parts = await Promise.all([source.read(5 * MIB, 100), source.read(5 * MIB + 300 * KIB, 50), source.read(9 * MIB, 10)])
  expect(parts).toEqual([at(5 * MIB, 100), at(5 * MIB + 300 * KIB, 50), at(9 * MIB, 10)])
  expect(reads.toSorted((a, b) => a[0] - b[0])).toEqual([
    [5 * MIB, 300 * KIB + 50],
    [9 * MIB, 10],
  ])
})

it('keeps the first bytes, so that small overviews beside the header cost nothing', async () => {
  const { source, reads } = counted()
  await source.read(0, 32 * KIB)
  expect(await source.read(20 * KIB, 4 * KIB)).toEqual(at(20 * KIB, 4 * KIB))
  expect(reads).toHaveLength(1)
  expect(await source.read(31 * KIB, 2 * KIB)).toEqual(at(31 * KIB, 2 * KIB))
  expect(reads).toHaveLength(2)
})

it('ends at the end of the file', async () => {
  const { source } = counted(40 * KIB)
  await source.read(0, 32 * KIB)
  expect(await Promise.all([source.read(39 * KIB, 4 * KIB), source.read(50 * KIB, 10)])).toEqual([
    at(39 * KIB, KIB),
    new Uint8Array(0),
  ])
})

it("one reader's abort leaves the others' bytes alone, and the last one's stops the fetch", async () => {
  const { source, signals } = counted()
  const [one, other] = [new AbortController(), new AbortController()]
  const first = source.read(MIB, 10, { signal: one.signal })
  const second = source.read(MIB + 10, 10, { signal: other.signal })
  await new Promise((resolve) => setTimeout(resolve, 2))
  one.abort(new Error('gone'))
  await expect(first).rejects.toThrow('gone')
  expect(await second).toEqual(at(MIB + 10, 10))
  const third = source.read(2 * MIB, 10, { signal: other.signal })
  await new Promise((resolve) => setTimeout(resolve, 2))
  other.abort(new Error('gone too'))
  await expect(third).rejects.toThrow('gone too')
  expect(signals.at(-1)?.aborted).toBe(true)
})

it('a failure reaches everyone who waits', async () => {
  const broken: ByteSource = {
    name: 'file',
    size: 10 * MIB,
    revision: 'r',
    read: () => Promise.reject(new Error('down')),
    close: () => Promise.resolve(),
  }
  const source = new MergedSource(broken)
  const all = await Promise.allSettled([source.read(MIB, 1), source.read(MIB + 1, 1)])
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

it('puts the bytes where each reader wants them, beside readers who bring no memory', async () => {
  const { source, reads } = counted()
  const memory = new Uint8Array(new SharedArrayBuffer(400))
  const into = memory.subarray(100, 300)
  const [placed, own] = await Promise.all([source.read(5 * MIB, 200, { into }), source.read(5 * MIB + 100 * KIB, 50)])
  expect(reads).toHaveLength(1)
  expect(placed.buffer).toBe(memory.buffer)
  expect(placed).toEqual(at(5 * MIB, 200))
  expect([memory[99], memory[300]]).toEqual([0, 0])
  expect(own).toEqual(at(5 * MIB + 100 * KIB, 50))
})

it('leaves the memory of a reader that has gone alone: it may be somebody else’s by then', async () => {
  const { source } = counted()
  const into = new Uint8Array(100)
  const leaver = new AbortController()
  const left = source.read(5 * MIB, 100, { into, signal: leaver.signal })
  const stays = source.read(5 * MIB + KIB, 100, { into: new Uint8Array(100) })
  setTimeout(() => leaver.abort(new Error('gone')), 2)
  await expect(left).rejects.toThrow('gone')
  expect(await stays).toEqual(at(5 * MIB + KIB, 100))
  expect(into).toEqual(new Uint8Array(100))
})

it('gives the memory back that a read came in, once all readers have a copy', async () => {
  const fetched: Uint8Array[] = []
  const source = new MergedSource({
    name: 'file',
    size: MIB,
    revision: 'r',
    read: (_offset, length) => Promise.resolve(fetched[fetched.push(new Uint8Array(length)) - 1]),
    close: () => Promise.resolve(),
  })
  const into = (): Uint8Array => new Uint8Array(100 * KIB)
  await Promise.all([source.read(KIB, 100 * KIB, { into: into() }), source.read(200 * KIB, 100 * KIB, { into: into() })])
  await source.read(KIB, 100 * KIB)
  expect(fetched.map(({ buffer }) => (buffer as ArrayBuffer).detached)).toEqual([true, false])
})
