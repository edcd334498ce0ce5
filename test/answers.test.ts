import { describe, expect, it, vi } from 'vitest'
import { Answers } from '../src/answers.ts'

interface Answer {
  readonly body?: Uint8Array
}

const record = (etag: string) => ({ etag, sourceRevision: 'm', assets: [['a.tif', '1']] as const })
const madeOf = (assets: number) => ({
  ...record('"1"'),
  assets: Array.from({ length: assets }, (_, i) => [`${i}.tif`, '1'] as const),
})
const answers = (memory = 2 ** 20, ttl = 60) => new Answers<Answer>({ records: 10_000, memory, ttl })

describe('Answers', () => {
  it('gives the answer to a request by its ETag, and counts hits and misses', () => {
    const kept = answers()
    kept.remember('request', record('"1"'), { body: new Uint8Array([1, 2, 3]) })
    const found = kept.find('request')
    expect([found?.record.etag, found?.fresh, kept.find('other')]).toEqual(['"1"', true, undefined])
    expect([kept.answer('"1"')?.body, kept.answer('"2"')]).toEqual([new Uint8Array([1, 2, 3]), undefined])
    expect(kept.stats()).toMatchObject({ entries: 1, hits: 1, misses: 1 })
  })

  it('remembers no more of the assets of its answers than it may: the oldest goes first', () => {
    const kept = answers()
    kept.remember('first', madeOf(20))
    kept.remember('second', madeOf(30))
    expect(kept.find('first')).toBeDefined()
    kept.remember('third', madeOf(20))
    expect(['first', 'second', 'third'].map((key) => kept.find(key) !== undefined)).toEqual([true, false, true])
    kept.remember('huge', madeOf(100))
    expect(kept.find('huge')).toBeUndefined()
  })

  it('keeps no more bytes than it may: the oldest goes first, and what would take a quarter is not kept', () => {
    const kept = answers(64 * 1024)
    for (let i = 0; i < 10; i++) kept.remember(`${i}`, record(`"${i}"`), { body: new Uint8Array(10 * 1024) })
    expect(kept.stats().bytes).toBeLessThanOrEqual(64 * 1024)
    expect([kept.answer('"0"'), kept.answer('"9"')?.body?.length]).toEqual([undefined, 10 * 1024])
    kept.remember('large', record('"large"'), { body: new Uint8Array(20 * 1024) })
    expect([kept.answer('"large"'), kept.find('large')?.record.etag]).toEqual([undefined, '"large"'])
  })

  it('does not hold the buffer that a picture is a small part of', () => {
    const kept = answers()
    const body = new Uint8Array(2 ** 20).subarray(0, 100)
    kept.remember('request', record('"1"'), { body })
    expect(kept.answer('"1"')?.body?.buffer.byteLength).toBe(100)
  })

  it('keeps a long request by its hash', () => {
    const kept = answers()
    const long = 'x'.repeat(100_000)
    kept.remember(long, record('"1"'))
    expect([kept.find(long)?.record.etag, kept.find(`${long}y`)]).toEqual(['"1"', undefined])
  })

  it('wants a second look after the TTL, once', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const kept = answers(2 ** 20, 60)
      kept.remember('request', record('"1"'))
      vi.advanceTimersByTime(61_000)
      expect(kept.find('request')?.fresh).toBe(false)
      kept.confirm('request')
      expect(kept.find('request')?.fresh).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })
})
