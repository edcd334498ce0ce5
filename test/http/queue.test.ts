import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BusyError } from '../../src/errors.ts'
import { createQueue } from '../../src/http/queue.ts'

const never = new AbortController().signal

/** Work that ends when it is told to. */
function controlled() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  return { work: () => promise, resolve, reject }
}

test('no more than the limit run at a time, and those that wait run in order of arrival', async () => {
  const queue = createQueue({ concurrency: 2, waiting: 10 })
  const started: number[] = []
  const jobs = [0, 1, 2, 3].map(() => controlled())
  const results = jobs.map((job, index) => queue.run(() => (started.push(index), job.work()), never))
  await turn()
  expect([started, queue.running, queue.waiting]).toEqual([[0, 1], 2, 2])
  jobs[1].resolve('b')
  await turn()
  expect([started, queue.running, queue.waiting]).toEqual([[0, 1, 2], 2, 1])
  jobs[0].reject(new Error('broken'))
  await expect(results[0]).rejects.toThrow('broken')
  jobs[2].resolve('c')
  jobs[3].resolve('d')
  expect(await Promise.all(results.slice(1))).toEqual(['b', 'c', 'd'])
  expect([queue.running, queue.waiting]).toEqual([0, 0])
})

test('above the limit of those that wait, the answer comes at once: busy, try again', async () => {
  const queue = createQueue({ concurrency: 1, waiting: 1 })
  const job = controlled()
  const running = queue.run(job.work, never)
  const waiting = queue.run(async () => 'second', never)
  await expect(queue.run(async () => 'third', never)).rejects.toThrow(BusyError)
  job.resolve('first')
  expect(await Promise.all([running, waiting])).toEqual(['first', 'second'])
  expect(await queue.run(async () => 'later', never)).toBe('later')
})

test('who gives up while waiting leaves the queue, and its work is never started', async () => {
  const queue = createQueue({ concurrency: 1, waiting: 2 })
  const job = controlled()
  const running = queue.run(job.work, never)
  const client = new AbortController()
  let started = false
  const waiting = queue.run(async () => (started = true), client.signal)
  client.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  expect(queue.waiting).toBe(0)
  job.resolve('done')
  await running
  expect([started, queue.running]).toEqual([false, 0])
})
