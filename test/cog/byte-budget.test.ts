import { expect, it } from 'vitest'
import { ByteBudget } from '../../src/cog/byte-budget.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

function asked(budget: ByteBudget, sizes: readonly number[], signals: readonly AbortSignal[] = []): number[] {
  const admitted: number[] = []
  for (const [i, bytes] of sizes.entries()) {
    budget.acquire(bytes, signals[i]).then(
      () => admitted.push(i),
      () => undefined,
    )
  }
  return admitted
}

it('lets in as many as fit, in the order of asking', async () => {
  const budget = new ByteBudget(10)
  const admitted = asked(budget, [6, 4, 5, 1])
  await settle()
  // The last one would fit no earlier than the third, which came before it.
  expect(admitted).toEqual([0, 1])
  budget.release(4)
  await settle()
  expect(admitted).toEqual([0, 1])
  budget.release(6)
  await settle()
  expect(admitted).toEqual([0, 1, 2, 3])
})

it('lets in alone who wants more than there is', async () => {
  const budget = new ByteBudget(10)
  const admitted = asked(budget, [3, 50, 3])
  await settle()
  expect(admitted).toEqual([0])
  budget.release(3)
  await settle()
  expect(admitted).toEqual([0, 1])
  budget.release(50)
  await settle()
  expect(admitted).toEqual([0, 1, 2])
})

it('lets the next one in when the first of those who wait has gone', async () => {
  const budget = new ByteBudget(10)
  const leaving = new AbortController()
  const failure = budget.acquire(8).then(() => budget.acquire(9, leaving.signal))
  await settle()
  const admitted = asked(budget, [2])
  await settle()
  expect(admitted).toEqual([])
  leaving.abort(new Error('gone'))
  await expect(failure).rejects.toThrow('gone')
  expect(admitted).toEqual([0])
})
