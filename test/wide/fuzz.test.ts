import { expect, it } from 'vitest'

import { seedFiles } from '../../scripts/fuzz/files.ts'
import { fuzz } from '../../scripts/fuzz/fuzz.ts'
import { mutant } from '../../scripts/fuzz/mutate.ts'

// 500 files here; nightly: `npm run fuzz` (20,000). A fault is repeated with the seed and number that the message gives.
it(
  '500 mutated files: no crash, no hang above 2 s, at most 256 MiB a file, no error but our own',
  { timeout: 300_000 },
  async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 1e6))
    console.log(`fuzz seed ${seed}`)
    const { faults, read, refused } = await fuzz({ seed, count: 500 })
    expect({ seed, faults }).toEqual({ seed, faults: [] })
    expect(read + refused).toBe(500)
    // A fuzzer whose files are all refused at the door finds nothing.
    expect(read).toBeGreaterThan(20)
  },
)

it('the same seed makes the same files', () => {
  const files = seedFiles([]).map(({ bytes }) => bytes)
  expect(files.length).toBeGreaterThan(80)
  for (const index of [0, 7, 99]) expect(mutant(files, 5, index)).toEqual(mutant(files, 5, index))
  expect(mutant(files, 5, 1).bytes).not.toEqual(mutant(files, 5, 2).bytes)
})

it('a process that ends is noticed, and the files after it are read', async () => {
  // A folder that is not there ends the child before its first file.
  const { faults } = await fuzz({ seed: 1, count: 2, folders: ['/there/is/no/such/folder'] })
  expect(faults.map(({ index, kind }) => [index, kind])).toEqual([
    [0, 'crash'],
    [1, 'crash'],
  ])
})
