import { expect, test } from 'vitest'
import { Slots } from '../../src/net/slots.ts'

const never = new AbortController().signal

test('a key that is full holds up no other, and the total holds for all', async () => {
  const slots = new Slots(1, 2)
  const order: string[] = []
  const gates = new Map<string, () => void>()
  const run = (name: string, key: string) =>
    slots.run(key, never, () => {
      order.push(name)
      return new Promise<void>((resolve) => {
        gates.set(name, resolve)
      })
    })
  const all = [run('a1', 'a'), run('a2', 'a'), run('b1', 'b'), run('c1', 'c')]
  await Promise.resolve()
  expect(order).toEqual(['a1', 'b1'])
  gates.get('b1')?.()
  await all[2]
  expect(order).toEqual(['a1', 'b1', 'c1'])
  gates.get('a1')?.()
  await all[0]
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2'])
  gates.get('c1')?.()
  gates.get('a2')?.()
  await Promise.all(all)
})

test('who gives up waiting leaves the queue, and a failure frees its slot', async () => {
  const slots = new Slots(1, 1)
  const abort = new AbortController()
  const first = slots.run('a', never, () => Promise.reject(new Error('failed')))
  const second = slots.run('a', abort.signal, () => Promise.resolve('second'))
  abort.abort(new Error('gone'))
  await expect(second).rejects.toThrow('gone')
  await expect(first).rejects.toThrow('failed')
  expect(await slots.run('a', never, () => Promise.resolve('third'))).toBe('third')
})
