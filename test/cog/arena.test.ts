import { describe, expect, it } from 'vitest'
import { Arena, GRANULE, regionBytes } from '../../src/cog/arena.ts'

/** The same numbers in every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x80000000
  }
}

describe('an arena', () => {
  it('gives the smallest hole that a region fits in', () => {
    const arena = new Arena(10 * GRANULE)
    const regions = [3, 1, 2, 1].map((granules) => arena.allocate(granules * GRANULE) as Uint8Array)
    arena.free(regions[0])
    arena.free(regions[2])
    // Holes: 0..3, 4..6, 7..10.
    expect(arena.allocate(GRANULE + 1)?.byteOffset).toBe(4 * GRANULE)
    expect(arena.allocate(1)?.byteOffset).toBe(0)
    expect(arena.allocate(4 * GRANULE)).toBeUndefined()
  })

  it('joins a freed region with the holes on both sides', () => {
    const arena = new Arena(3 * GRANULE)
    const [a, b, c] = [0, 1, 2].map(() => arena.allocate(GRANULE) as Uint8Array)
    expect(arena.allocate(1)).toBeUndefined()
    arena.free(a)
    arena.free(c)
    arena.free(b)
    expect(arena.allocate(3 * GRANULE)?.length).toBe(3 * GRANULE)
  })

  it('refuses what is not a region of it, and a second time what was one', () => {
    const arena = new Arena(2 * GRANULE)
    const region = arena.allocate(10) as Uint8Array
    expect(() => arena.free(new Uint8Array(10))).toThrow(RangeError)
    arena.free(region)
    expect(() => arena.free(region)).toThrow(RangeError)
  })

  it('without room for a granule has no region at all', () => {
    const arena = new Arena(GRANULE - 1)
    expect(arena.size).toBe(0)
    expect(arena.allocate(1)).toBeUndefined()
  })

  // The model: one owner a granule.
  it('never gives a granule twice, and loses none, whatever comes', () => {
    const next = random(42)
    const granules = 200
    const arena = new Arena(granules * GRANULE)
    const owners = new Int32Array(granules)
    const held: { id: number; region: Uint8Array }[] = []
    for (let id = 1; id <= 4000; id++) {
      if (next() < 0.45 && held.length > 0) {
        const [{ id: owner, region }] = held.splice(Math.floor(next() * held.length), 1)
        arena.free(region)
        owners.forEach((found, at) => {
          if (found === owner) owners[at] = 0
        })
        continue
      }
      const bytes = 1 + Math.floor(next() ** 3 * 40 * GRANULE)
      const wanted = regionBytes(bytes) / GRANULE
      const runs = longestRun(owners)
      const region = arena.allocate(bytes)
      expect(region === undefined).toBe(runs < wanted)
      if (!region) continue
      expect(region.length).toBe(bytes)
      expect(region.byteOffset % GRANULE).toBe(0)
      const first = region.byteOffset / GRANULE
      expect(owners.subarray(first, first + wanted).every((owner) => owner === 0)).toBe(true)
      owners.fill(id, first, first + wanted)
      held.push({ id, region })
      expect(arena.used).toBe(owners.reduce((sum, owner) => sum + (owner === 0 ? 0 : GRANULE), 0))
    }
    for (const { region } of held) arena.free(region)
    expect(arena.used).toBe(0)
    expect(arena.allocate(granules * GRANULE)).toBeDefined()
  })
})

function longestRun(owners: Int32Array): number {
  let longest = 0
  let run = 0
  for (const owner of owners) {
    run = owner === 0 ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
