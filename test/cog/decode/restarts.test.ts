import { randomBytes } from 'node:crypto'
import { constants, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { BlockLayout } from '../../../src/cog/decode/layout.ts'
import { findRestarts, restartOf, restartsBytes } from '../../../src/cog/decode/restarts.ts'
import { createPool } from '../../../src/work/create-pool.ts'

const SIDE = 4096
/** A block of 16 MiB. */
const layout: BlockLayout = {
  name: 'a.tif',
  compression: 8,
  predictor: 1,
  storedWidth: SIDE,
  storedHeight: SIDE,
  maxHeight: SIDE,
  x: 0,
  y: 0,
  width: SIDE,
  height: SIDE,
  samples: 1,
  dtype: 'uint8',
  bitsPerSample: 8,
  littleEndian: true,
  photometric: 1,
  isMask: false,
  fill: 0,
}
const ROWS = 4
const strip = (above: number): BlockLayout => ({ ...layout, y: above, above, height: ROWS })

function tableOf(stream: Uint8Array): Uint8Array {
  const table = new Uint8Array(restartsBytes(layout))
  findRestarts(stream, layout, table)
  return table
}

/** Where the strips of a block are read from. */
const placesOf = (table: Uint8Array) =>
  Array.from({ length: SIDE / ROWS }, (_, i) => {
    const { restart, first, end } = restartOf(table, strip(ROWS * i))
    return { first, end, out: restart.out }
  })

describe('the table of the restarts of a block', () => {
  it('takes a seventh of the block at most', () => {
    expect(restartsBytes(layout)).toBeLessThan((SIDE * SIDE) / 7)
  })

  it('has strips read a part of the block, wherever they are', () => {
    const stream = deflateSync(randomBytes(SIDE * SIDE), { level: 1 })
    for (const { first, end } of placesOf(tableOf(stream))) expect(end - first).toBeLessThan(512 * 1024)
  })

  it.each([
    ['one block without an end', deflateSync(new Uint8Array(SIDE * SIDE), { strategy: constants.Z_FIXED, memLevel: 9 })],
    ['more than the block holds', deflateSync(new Uint8Array(SIDE * SIDE * 8))],
    ['less than the block holds, cut', deflateSync(randomBytes(SIDE * 16)).subarray(0, -9)],
    ['no stream', randomBytes(100_000)],
    ['nothing', new Uint8Array(1)],
  ])('%s: bounded work, and places inside of the stream', (_, stream) => {
    const start = process.threadCpuUsage()
    const places = placesOf(tableOf(stream))
    const { user } = process.threadCpuUsage(start)
    // Some 40 ms; it is inflated once at most.
    expect(user / 1000).toBeLessThan(1500)
    for (const [i, { first, end, out }] of places.entries()) {
      expect(end).toBeLessThanOrEqual(stream.length)
      expect(out).toBeLessThanOrEqual(i * ROWS * SIDE)
      expect(first).toBeLessThanOrEqual(Math.max(end, 2))
    }
  })

  it('a raster thread makes the same, in the memory that it is given or in its own', async () => {
    const stream = deflateSync(randomBytes(SIDE * SIDE), { level: 1 })
    const pool = await createPool({ workers: 1, log: { warn() {}, error() {} } })
    try {
      const shared = new Uint8Array(new SharedArrayBuffer(restartsBytes(layout)))
      const signal = new AbortController().signal
      expect(await pool.restarts(layout, stream, signal, shared)).toBe(shared)
      const own = await pool.restarts(layout, stream, signal)
      const expected = tableOf(stream)
      expect([Buffer.compare(shared, expected), Buffer.compare(own, expected)]).toEqual([0, 0])
    } finally {
      await pool.close()
    }
  })
})
