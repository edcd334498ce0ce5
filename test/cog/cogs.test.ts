import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { decodeBlock } from '../../src/cog/decode/decode-block.ts'
import type { BlockLayout } from '../../src/cog/decode/layout.ts'
import { ChangedError, NotFoundError } from '../../src/errors.ts'
import { createNet } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { MemoryNet, cogsOver } from './reading.ts'
import type { Read } from './reading.ts'
import { DATA, buildTiff, pictureEntries } from './tiff-builder.ts'

const FIXTURES = new URL('fixtures/', import.meta.url)

/** 4 x 4 uncompressed tiles of 16 x 16, each filled with its number plus `base`. */
function mosaicOfTiles(base = 0): Uint8Array {
  const data = new Uint8Array(16 * 256)
  for (let tile = 0; tile < 16; tile++) data.fill(base + tile, tile * 256, (tile + 1) * 256)
  const counts = Array.from({ length: 16 }, () => 256)
  const probe = buildTiff([pictureEntries({ width: 64, height: 64, offsets: counts, counts })], { data })
  const start = probe.length - data.length
  return buildTiff([pictureEntries({ width: 64, height: 64, offsets: counts.map((_, i) => start + i * 256), counts })], { data })
}

const everything = { x: 0, y: 0, width: 64, height: 64 }

/** A gate that lets reads of blocks wait until it is opened. */
function gated(net: MemoryNet) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const waiting: Read[] = []
  const aborted: Read[] = []
  net.gate = async (read, signal) => {
    waiting.push(read)
    signal?.addEventListener('abort', () => aborted.push(read), { once: true })
    await promise
  }
  return { open: resolve, waiting, aborted }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('opening', () => {
  it('opens once for all who ask at the same time, and keeps it', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net)
    const opened = await Promise.all([cogs.open('a', {}), cogs.open('a', {}), cogs.open('a', {})])
    expect(new Set(opened).size).toBe(1)
    expect(await cogs.open('a', {})).toBe(opened[0])
    expect(net.opened).toBe(1)
    expect(net.reads).toHaveLength(1)
  })

  it('fails one client that goes, and not the other', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const gate = gated(net)
    const cogs = cogsOver(net)
    const leaving = new AbortController()
    const first = cogs.open('a', { signal: leaving.signal })
    const second = cogs.open('a', { signal: new AbortController().signal })
    await settle()
    leaving.abort(new Error('client has gone'))
    await expect(first).rejects.toThrow('client has gone')
    gate.open()
    expect((await second).info.width).toBe(64)
    expect(gate.aborted).toEqual([])
    expect(net.opened).toBe(1)
  })

  it('stops when the last client has gone, and closes what it opened', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const gate = gated(net)
    const cogs = cogsOver(net)
    const leaving = new AbortController()
    const opens = [cogs.open('a', { signal: leaving.signal }), cogs.open('a', { signal: leaving.signal })]
    await settle()
    leaving.abort(new Error('gone'))
    await Promise.allSettled(opens)
    expect(gate.aborted).toHaveLength(1)
    gate.open()
    await settle()
    expect(net.closed).toBe(net.opened)
    expect(cogs.stats().headers.entries).toBe(0)
  })

  it('keeps no failure', async () => {
    const net = new MemoryNet()
    const cogs = cogsOver(net)
    await expect(cogs.open('a', {})).rejects.toBeInstanceOf(NotFoundError)
    net.files.set('a', mosaicOfTiles())
    expect((await cogs.open('a', {})).info.width).toBe(64)
  })

  it('closes the files beyond maxOpen, which who holds them may still read', async () => {
    const names = ['a', 'b', 'c', 'd']
    const net = new MemoryNet(Object.fromEntries(names.map((name, i) => [name, mosaicOfTiles(i)])))
    const cogs = cogsOver(net, { maxOpen: 2 })
    const opened = []
    for (const name of names) opened.push(await cogs.open(name, {}))
    await settle()
    expect(cogs.stats().headers.entries).toBe(2)
    expect(net.opened - net.closed).toBe(2)
    const { blocks } = await opened[0].readWindow(0, { x: 0, y: 0, width: 1, height: 1 }, {})
    expect(blocks[0].bands[0]?.[0]).toBe(0)
    await settle()
    expect(net.opened - net.closed).toBe(2)
    await cogs.close()
    expect(net.closed).toBe(net.opened)
  })

  it('does not close a file under a reader', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles(), b: mosaicOfTiles() })
    const cogs = cogsOver(net, { maxOpen: 1 })
    const cog = await cogs.open('a', {})
    const gate = gated(net)
    const reading = cog.readWindow(0, everything, {})
    await settle()
    net.gate = () => Promise.resolve()
    await cogs.open('b', {})
    await settle()
    expect(net.closed).toBe(0)
    gate.open()
    expect((await reading).blocks).toHaveLength(16)
    await settle()
    expect(net.closed).toBe(1)
  })

  it('keeps headers within their part of the memory', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `file${i}`)
    const net = new MemoryNet(Object.fromEntries(names.map((name) => [name, mosaicOfTiles()])))
    const cogs = cogsOver(net, { memory: 400_000 })
    for (const name of names) await cogs.open(name, {})
    const { entries: open, bytes: headerBytes } = cogs.stats().headers
    expect(headerBytes).toBeLessThanOrEqual(50_000)
    expect(open).toBeGreaterThan(0)
    expect(open).toBeLessThan(50)
  })
})

describe('blocks', () => {
  it('reads neighbours at once, and nothing a second time', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net)
    const cog = await cogs.open('a', {})
    net.reads.length = 0
    const trace = newTrace()
    const first = await cog.readWindow(0, { x: 10, y: 10, width: 10, height: 10 }, { trace })
    expect(first.blocks.map(({ x, y, bands }) => [x, y, bands[0]?.[0]])).toEqual([
      [0, 0, 0],
      [16, 0, 1],
      [0, 16, 4],
      [16, 16, 5],
    ])
    expect(net.reads).toHaveLength(1)
    expect(trace).toMatchObject({ cacheHits: 0, cacheMisses: 4, reads: 1 })
    expect([...trace.stages.keys()].sort()).toEqual(['decode', 'read'])
    await cog.readWindow(0, { x: 0, y: 0, width: 32, height: 32 }, { trace })
    expect(trace).toMatchObject({ cacheHits: 4, cacheMisses: 4, reads: 1 })
    expect(cogs.decoded).toHaveLength(4)
  })

  it('decodes a block once for two windows that want it at the same time', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net)
    const cog = await cogs.open('a', {})
    const gate = gated(net)
    const both = [cog.readWindow(0, everything, {}), cog.readWindow(0, everything, {})]
    await settle()
    expect(gate.waiting).toHaveLength(1)
    gate.open()
    const [one, two] = await Promise.all(both)
    expect(cogs.decoded).toHaveLength(16)
    expect(one.blocks.map(({ bands }) => bands[0])).toEqual(two.blocks.map(({ bands }) => bands[0]))
  })

  it('reads of an overlapping window only what is not under way', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net)
    const cog = await cogs.open('a', {})
    net.reads.length = 0
    const upper = cog.readWindow(0, { x: 0, y: 0, width: 64, height: 16 }, {})
    const both = cog.readWindow(0, { x: 0, y: 0, width: 64, height: 32 }, {})
    await Promise.all([upper, both])
    expect(net.reads.map(({ length }) => length)).toEqual([4 * 256, 4 * 256])
    expect(cogs.decoded).toHaveLength(8)
  })

  it('hands stored bytes to the decoder in the memory that the blocks lie in, and keeps no room for them', async () => {
    const given: Uint8Array[] = []
    const decode = (layout: BlockLayout, bytes: Uint8Array, _signal?: AbortSignal, memory?: Uint8Array) => {
      given.push(bytes)
      return decodeBlock(layout, bytes, memory)
    }
    const folder = mkdtempSync(join(tmpdir(), 'cogs-'))
    const path = join(folder, 'a.tif')
    writeFileSync(path, mosaicOfTiles())
    const net = createNet({ allow: [folder], cwd: folder, timeoutMs: 5000 })
    const cogs = cogsOver(net, { pool: { decode } })
    const cog = await cogs.open(path, {})
    await cog.readWindow(0, everything, {})
    expect(given.map((bytes) => bytes.length)).toEqual(Array.from({ length: 16 }, () => 256))
    expect(given.every((bytes) => bytes.buffer instanceof SharedArrayBuffer)).toBe(true)
    expect(cogs.stats()).toMatchObject({ blocks: { entries: 16, bytes: 16 * 4096 } })
    await cogs.close()
    await net.close()
    rmSync(folder, { recursive: true })
  })

  it('goes on for the one who stays', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net)
    const cog = await cogs.open('a', {})
    const gate = gated(net)
    const leaving = new AbortController()
    const gone = cog.readWindow(0, everything, { signal: leaving.signal })
    const stays = cog.readWindow(0, { x: 0, y: 0, width: 16, height: 16 }, {})
    await settle()
    leaving.abort(new Error('client has gone'))
    await expect(gone).rejects.toThrow('client has gone')
    gate.open()
    expect((await stays).blocks[0].bands[0]?.[0]).toBe(0)
    expect(gate.aborted).toEqual([])
    // The other fifteen were given up.
    expect(cogs.decoded).toHaveLength(1)
  })

  it('stops reading when nobody waits any more, and reads afresh for the next', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net)
    const cog = await cogs.open('a', {})
    const gate = gated(net)
    const leaving = new AbortController()
    const gone = [0, 1].map(() => cog.readWindow(0, everything, { signal: leaving.signal }))
    await settle()
    leaving.abort(new Error('gone'))
    await Promise.allSettled(gone)
    expect(gate.aborted).toHaveLength(1)
    const next = cog.readWindow(0, everything, {})
    gate.open()
    expect((await next).blocks).toHaveLength(16)
    expect(cogs.decoded).toHaveLength(16)
  })

  it('keeps a failed block no longer than it takes', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cog = await cogsOver(net).open('a', {})
    net.gate = () => Promise.reject(new Error('the network is down'))
    await expect(cog.readWindow(0, everything, {})).rejects.toThrow('the network is down')
    net.gate = () => Promise.resolve()
    expect((await cog.readWindow(0, everything, {})).blocks).toHaveLength(16)
  })

  it('stays within its memory', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net, { memory: 40_000 })
    const cog = await cogs.open('a', {})
    for (let i = 0; i < 3; i++) {
      const { blocks } = await cog.readWindow(0, everything, {})
      expect(blocks.map(({ bands }) => bands[0]?.[0])).toEqual([...blocks.keys()])
    }
    expect(cogs.stats().blocks.bytes).toBeLessThanOrEqual(40_000)
    expect(cogs.stats().blocks.entries).toBeGreaterThan(0)
  })

  it('gives nothing outside of the image, and cuts what sticks out', async () => {
    const cog = await cogsOver(new MemoryNet({ a: mosaicOfTiles() })).open('a', {})
    expect((await cog.readWindow(0, { x: 64, y: 0, width: 10, height: 10 }, {})).blocks).toEqual([])
    const cut = await cog.readWindow(0, { x: -5, y: 60, width: 10, height: 100 }, {})
    expect(cut).toMatchObject({ x: 0, y: 60, width: 5, height: 4 })
    expect(cut.blocks).toHaveLength(1)
  })

  it('reads the tables of a large file page by page', async () => {
    const tiles = 300 * 300
    const data = new Uint8Array(256).fill(77)
    // Only the last tile is stored.
    const counts = Array.from({ length: tiles }, (_, i) => (i === tiles - 1 ? 256 : 0))
    const offsets = counts.map((count) => (count === 0 ? 0 : DATA))
    const bytes = buildTiff([pictureEntries({ width: 4800, height: 4800, offsets, counts })], { data })
    const net = new MemoryNet({ a: bytes })
    const cog = await cogsOver(net).open('a', {})
    expect(net.reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(200_000)
    net.reads.length = 0
    const { blocks } = await cog.readWindow(0, { x: 4790, y: 4790, width: 10, height: 10 }, {})
    expect(blocks[0].bands[0]?.[255]).toBe(77)
    // A page of offsets, a page of counts, the block.
    expect(net.reads).toHaveLength(3)
  })
})

describe('a file that changes', () => {
  it('is seen after the time to live, and not looked at before', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net, { ttl: 0.05 })
    const old = await cogs.open('a', {})
    net.files.set('a', mosaicOfTiles(100))
    expect(await cogs.open('a', {})).toBe(old)
    await new Promise((resolve) => setTimeout(resolve, 70))
    const fresh = await cogs.open('a', {})
    expect(fresh.revision).not.toBe(old.revision)
    expect((await fresh.readWindow(0, everything, {})).blocks[0].bands[0]?.[0]).toBe(100)
  })

  it('that stays the same is not opened anew', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net, { ttl: 0 })
    const cog = await cogs.open('a', {})
    expect(await cogs.open('a', {})).toBe(cog)
    expect(net.reads.map(({ length }) => length)).toEqual([32_768, 16])
    expect(net.opened - net.closed).toBe(1)
  })

  it('under a reader is a ChangedError, after which opening gives the new one', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const cogs = cogsOver(net)
    const cog = await cogs.open('a', {})
    net.files.set('a', mosaicOfTiles(50))
    await expect(cog.readWindow(0, everything, {})).rejects.toBeInstanceOf(ChangedError)
    const fresh = await cogs.open('a', {})
    expect((await fresh.readWindow(0, everything, {})).blocks[0].bands[0]?.[0]).toBe(50)
  })

  it('between two reads of its header is opened once more', async () => {
    const net = new MemoryNet({ a: mosaicOfTiles() })
    const changed = mosaicOfTiles(9)
    net.gate = () => {
      if (net.opened === 1) net.files.set('a', changed)
      return Promise.resolve()
    }
    const cog = await cogsOver(net).open('a', {})
    expect((await cog.readWindow(0, everything, {})).blocks[0].bands[0]?.[0]).toBe(9)
  })
})

describe('on disk', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cogs-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('a replaced file is another, with other pixels', async () => {
    const path = join(folder, 'a.tif')
    copyFileSync(new URL('sparse.tif', FIXTURES), path)
    const net = createNet({ allow: [folder], cwd: folder, timeoutMs: 5000 })
    const cogs = cogsOver(net, { ttl: 0 })
    const old = await cogs.open(path, {})
    expect(old.info.dtype).toBe('int16')
    writeFileSync(path, mosaicOfTiles(3))
    utimesSync(path, new Date(), new Date(Date.now() + 5000))
    const fresh = await cogs.open(path, {})
    expect(fresh.info.dtype).toBe('uint8')
    expect((await fresh.readWindow(0, everything, {})).blocks[0].bands[0]?.[0]).toBe(3)
    await cogs.close()
    await net.close()
  })
})
