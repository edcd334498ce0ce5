import { describe, expect, it } from 'vitest'
import { readAhead } from '../src/read-ahead.ts'

const wait = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))

const failOnTwo = async (item: number): Promise<number> => {
  if (item === 2) throw new Error('broken')
  return item
}

describe('readAhead', () => {
  it('yields in the order of the items, whatever order they finish in', async () => {
    const out: (number | undefined)[] = []
    const items = [30, 1, 20, 2]
    for await (const { result } of readAhead(items, 3, new AbortController().signal, async (ms) => (await wait(ms), ms)))
      out.push(result)
    expect(out).toEqual(items)
  })

  it('never has more than depth under way', async () => {
    let now = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, ++now)
      await wait(3)
      now--
    }
    for await (const _ of readAhead([1, 2, 3, 4, 5, 6], 2, new AbortController().signal, work));
    expect(most).toBe(2)
  })

  it('starts nothing more and aborts what is under way when the consumer stops', async () => {
    const started: number[] = []
    const aborted: number[] = []
    const work = async (item: number, signal: AbortSignal): Promise<number> => {
      started.push(item)
      signal.addEventListener('abort', () => aborted.push(item))
      await wait(item === 1 ? 1 : 50)
      return item
    }
    for await (const { result } of readAhead([1, 2, 3, 4], 2, new AbortController().signal, work)) if (result === 1) break
    expect(started).toEqual([1, 2])
    expect(aborted).toContain(2)
  })

  it('yields failures in their place and goes on', async () => {
    const seen: string[] = []
    for await (const { item, error } of readAhead([1, 2, 3], 2, new AbortController().signal, failOnTwo))
      seen.push(`${item}${error ? '!' : ''}`)
    expect(seen).toEqual(['1', '2!', '3'])
  })

  it('throws the reason when the caller has gone', async () => {
    const caller = new AbortController()
    const run = async (): Promise<void> => {
      for await (const _ of readAhead([1, 2, 3], 1, caller.signal, () => wait(5))) caller.abort(new Error('gone'))
    }
    await expect(run()).rejects.toThrow('gone')
  })
})
