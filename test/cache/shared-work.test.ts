import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { SharedWork } from '../../src/cache/shared-work.ts'

/** Work that ends when told, and says whether it was aborted. */
function manualWork() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const calls: AbortSignal[] = []
  const work = (signal: AbortSignal) => {
    calls.push(signal)
    signal.addEventListener('abort', () => reject(signal.reason))
    return promise
  }
  return { work, calls, resolve, reject }
}

function fail(): Promise<string> {
  throw new Error('no luck')
}

test('the same key in flight is worked once, for all who ask', async () => {
  const shared = new SharedWork<string>()
  const { work, calls, resolve } = manualWork()
  const answers = [shared.run('a', undefined, work), shared.run('a', new AbortController().signal, work)]
  await sleep(1)
  resolve('done')
  expect(await Promise.all(answers)).toEqual(['done', 'done'])
  expect(calls.length).toBe(1)
  expect(shared.size).toBe(0)
})

test('different keys are worked apart', async () => {
  const shared = new SharedWork<string>()
  const answers = ['a', 'b'].map((key) => shared.run(key, undefined, async () => key))
  expect(await Promise.all(answers)).toEqual(['a', 'b'])
})

test('one client that goes neither fails nor stops the work of the others', async () => {
  const shared = new SharedWork<string>()
  const { work, calls, resolve } = manualWork()
  const gone = new AbortController()
  const first = shared.run('a', gone.signal, work)
  const second = shared.run('a', new AbortController().signal, work)
  await sleep(1)
  gone.abort(new Error('client gone'))
  await expect(first).rejects.toThrow('client gone')
  expect(calls[0].aborted).toBe(false)
  resolve('done')
  expect(await second).toBe('done')
})

test('the work is aborted when the last client has gone, and a newcomer starts afresh', async () => {
  const shared = new SharedWork<string>()
  const { work, calls } = manualWork()
  const clients = [new AbortController(), new AbortController()]
  const answers = clients.map((client) => shared.run('a', client.signal, work))
  await sleep(1)
  clients[0].abort(new Error('first gone'))
  expect(calls[0].aborted).toBe(false)
  clients[1].abort(new Error('second gone'))
  expect(calls[0].aborted).toBe(true)
  const newcomer = shared.run('a', undefined, async () => 'fresh')
  const ends = await Promise.allSettled(answers)
  expect(ends.map((end) => end.status === 'rejected' && end.reason.message)).toEqual(['first gone', 'second gone'])
  expect(await newcomer).toBe('fresh')
})

test('someone without a signal keeps the work going', async () => {
  const shared = new SharedWork<string>()
  const { work, calls, resolve } = manualWork()
  const steady = shared.run('a', undefined, work)
  const gone = new AbortController()
  const other = shared.run('a', gone.signal, work)
  gone.abort(new Error('gone'))
  await expect(other).rejects.toThrow('gone')
  await sleep(1)
  expect(calls[0].aborted).toBe(false)
  resolve('done')
  expect(await steady).toBe('done')
})

test('a signal that has already aborted starts nothing', async () => {
  const shared = new SharedWork<string>()
  const { work, calls } = manualWork()
  await expect(shared.run('a', AbortSignal.abort(new Error('gone')), work)).rejects.toThrow('gone')
  expect(calls.length).toBe(0)
})

test('a failure reaches all who wait and is not kept', async () => {
  const shared = new SharedWork<string>()
  const answers = [shared.run('a', undefined, fail), shared.run('a', undefined, fail)]
  for (const answer of await Promise.allSettled(answers)) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { message: 'no luck' } })
  }
  expect(await shared.run('a', undefined, async () => 'second try')).toBe('second try')
})

test('work that fails after everybody has gone is nobody\u2019s unhandled rejection', async () => {
  const shared = new SharedWork<string>()
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const client = new AbortController()
  const answer = shared.run('a', client.signal, async () => {
    await sleep(5)
    throw new Error('late')
  })
  client.abort(new Error('gone'))
  await expect(answer).rejects.toThrow('gone')
  await sleep(20)
  process.off('unhandledRejection', listen)
  expect(unhandled).toEqual([])
})
