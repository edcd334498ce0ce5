import { describe, expect, test } from 'vitest'
import type { Painted, ReadPart } from '../src/paint-parts.ts'
import { Turns } from '../src/turns.ts'

const { signal } = new AbortController()
const read = { windows: [] } as unknown as ReadPart
const made: Painted = { taken: 3, stages: new Map() }

describe('an asset that is there before its turn', () => {
  test('goes when its turn comes', async () => {
    const turns = new Turns()
    const second = turns.wait(1, read, signal)
    expect(turns.behind(0)).toHaveLength(1)
    turns.come(1)
    expect(await second).toBeUndefined()
    expect(turns.turn).toBe(1)
    expect(turns.behind(0)).toEqual([])
  })

  test('is taken along by one before it, unless there is a gap', async () => {
    const turns = new Turns()
    const [second, third, fifth] = [1, 2, 4].map((index) => turns.wait(index, read, signal))
    const behind = turns.behind(0)
    expect(behind).toHaveLength(2)
    for (const early of behind) early.join(Promise.resolve(made))
    expect(turns.behind(0)).toEqual([])
    expect(await Promise.all([second, third])).toEqual([made, made])
    turns.come(4)
    expect(await fifth).toBeUndefined()
  })

  test('goes its own way where the visit that took it along fails', async () => {
    const turns = new Turns()
    const second = turns.wait(1, read, signal)
    for (const early of turns.behind(0)) early.join(Promise.reject(new Error('a thread died')))
    expect(await second).toBeUndefined()
  })

  test('does not wait for ever, since it may hold what one before it needs', async () => {
    expect(await new Turns().wait(1, read, signal)).toBeUndefined()
  })

  test('leaves when nobody wants it any more, but not while a thread looks at its blocks', async () => {
    const turns = new Turns()
    const stop = new AbortController()
    const second = turns.wait(1, read, stop.signal)
    const visit = Promise.withResolvers<Painted>()
    for (const early of turns.behind(0)) early.join(visit.promise)
    const fourth = turns.wait(3, read, stop.signal)
    stop.abort(new Error('gone'))
    await expect(fourth).rejects.toThrow('gone')
    visit.resolve(made)
    expect(await second).toBe(made)
    await expect(turns.wait(5, read, stop.signal)).rejects.toThrow('gone')
  })
})
