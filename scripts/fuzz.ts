// Mutations of real TIFFs, read as the server reads assets: no crash, no hang above 2 s, no more than 256 MiB a file, no error that is not ours.
//   npm run fuzz -- [--count 20000] [--seed N] [--from INDEX] [FOLDER…]      a fault is repeated with --seed N --from INDEX --count 1
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { seedFiles } from './fuzz/files.ts'
import { fuzz } from './fuzz/fuzz.ts'
import { mutant } from './fuzz/mutate.ts'

const { values, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    from: { type: 'string', default: '0' },
    write: { type: 'string' },
  },
})
const seed = Number(values.seed)
const from = Number(values.from)
const count = Number(values.count)
const files = seedFiles(folders)
console.log(`seed ${seed}, files ${from} to ${from + count - 1}, made from ${files.length}`)
if (values.write !== undefined) {
  const bytes = files.map((file) => file.bytes)
  writeFileSync(values.write, mutant(bytes, seed, from).bytes)
}
const start = performance.now()
const result = await fuzz({
  seed,
  count,
  from,
  folders,
  onProgress: (done) => {
    if (done % 1000 === 0) console.log(`${done} of ${count}, ${Math.round((performance.now() - start) / 1000)} s`)
  },
})
const { faults, ...rest } = result
for (const { index, kind, note } of faults) console.log(`fault: ${kind} at --seed ${seed} --from ${index} --count 1: ${note}`)
console.log(JSON.stringify({ seed, count, faults: faults.length, ...rest }))
process.exitCode = faults.length > 0 ? 1 : 0
