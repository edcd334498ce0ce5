import { describe, expect, it } from 'vitest'
import { GRANULE } from '../../src/cog/arena.ts'
import { BlockCache, type BlockLease, type BlockMaker } from '../../src/cog/block-cache.ts'
import type { Block } from '../../src/cog/cog.ts'

const NEVER = new AbortController().signal

/** A block of one granule full of `value`, decoded when `gate` opens. */
function maker(value: number, gate: Promise<unknown> = Promise.resolve()): BlockMaker {
  return {
    bytes: GRANULE,
    fetch: () => Promise.resolve(Uint8Array.of(value)),
    async decode([byte], memory = new Uint8Array(GRANULE)) {
      await gate
      return { x: 0, y: 0, width: GRANULE, height: 1, bands: [memory.fill(byte)] }
    },
  }
}

function valueOf(block: Block | undefined): number | undefined {
  return block?.bands[0]?.[0]
}

async function filled(cache: BlockCache, names: string): Promise<BlockLease> {
  const lease = await cache.lease(names.length * GRANULE)
  for (const name of names) await cache.make(name, lease, NEVER, maker(name.charCodeAt(0)))
  return lease
}

describe('the block cache', () => {
  it('drops the block that was used least recently for a new one', async () => {
    const cache = new BlockCache(3 * GRANULE)
    ;(await filled(cache, 'abc')).release()
    const lease = await cache.lease(GRANULE)
    cache.get('a', lease)
    lease.release()
    ;(await filled(cache, 'd')).release()
    const look = await cache.lease(GRANULE)
    expect(['a', 'b', 'c', 'd'].map((key) => valueOf(cache.peek(key, look)))).toEqual([97, undefined, 99, 100])
  })

  it('leaves a block alone that somebody uses', async () => {
    const cache = new BlockCache(3 * GRANULE)
    const user = await cache.lease(GRANULE)
    const used = await cache.make('a', user, NEVER, maker(1))
    ;(await filled(cache, 'bc')).release()
    ;(await filled(cache, 'de')).release()
    expect(valueOf(used)).toBe(1)
    expect(cache.bytes).toBe(3 * GRANULE)
    user.release()
    user.release()
    ;(await filled(cache, 'fgh')).release()
    expect(cache.get('a', await cache.lease(GRANULE))).toBeUndefined()
  })

  it('gives a block memory of its own where all room is in use, and does not keep it', async () => {
    const cache = new BlockCache(2 * GRANULE)
    const lease = await cache.lease(3 * GRANULE)
    const blocks = await Promise.all(['a', 'b', 'c'].map((key, i) => cache.make(key, lease, NEVER, maker(i))))
    expect(blocks.map(valueOf)).toEqual([0, 1, 2])
    expect(blocks.map(({ bands }) => bands[0]?.buffer instanceof SharedArrayBuffer)).toEqual([true, true, false])
    expect(cache.count).toBe(2)
    lease.release()
  })

  it('makes those wait who would use more than there is', async () => {
    const cache = new BlockCache(2 * GRANULE)
    const first = await cache.lease(2 * GRANULE)
    let admitted = false
    const second = cache.lease(GRANULE).then((lease) => {
      admitted = true
      return lease
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(admitted).toBe(false)
    first.release()
    ;(await second).release()
    expect(admitted).toBe(true)
  })

  it('frees the memory of an aborted block only when its decoder has done with it', async () => {
    const cache = new BlockCache(GRANULE)
    const gate = Promise.withResolvers<void>()
    const leaving = new AbortController()
    const lease = await cache.lease(GRANULE)
    const gone = cache.make('a', lease, leaving.signal, maker(1, gate.promise))
    await new Promise((resolve) => setImmediate(resolve))
    leaving.abort(new Error('client has gone'))
    await expect(gone).rejects.toThrow('client has gone')
    lease.release()
    const next = await cache.lease(GRANULE)
    const meanwhile = await cache.make('b', next, NEVER, maker(2))
    expect(meanwhile.bands[0]?.buffer).toBeInstanceOf(ArrayBuffer)
    expect(cache.bytes).toBe(GRANULE)
    gate.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(cache.bytes).toBe(0)
    expect((await cache.make('b', next, NEVER, maker(3))).bands[0]?.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('keeps a block that was made for those who have not left, and none that failed', async () => {
    const cache = new BlockCache(4 * GRANULE)
    const leaving = new AbortController()
    const gate = Promise.withResolvers<void>()
    const [a, b] = [await cache.lease(GRANULE), await cache.lease(GRANULE)]
    const gone = cache.make('a', a, leaving.signal, maker(7, gate.promise))
    const stays = cache.make('a', b, NEVER, maker(8))
    leaving.abort(new Error('gone'))
    await expect(gone).rejects.toThrow('gone')
    a.release()
    gate.resolve()
    expect(valueOf(await stays)).toBe(7)
    const broken = { ...maker(9), decode: () => Promise.reject(new Error('corrupt')) }
    await expect(cache.make('c', b, NEVER, broken)).rejects.toThrow('corrupt')
    expect(cache.bytes).toBe(GRANULE)
    b.release()
    cache.clear()
    expect([cache.bytes, cache.count]).toEqual([0, 0])
  })
})
