/** `npm run bench`: a table of what a tile costs, stage by stage and as a whole, on data that it makes. `-- --only tile` for a part. */
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { configureThreads } from '../src/work/threads.ts'
import { makeData } from './data.ts'
import { measureStages } from './stages.ts'
import { markdown, milliseconds, type Row } from './table.ts'
import { measureTiles } from './tiles.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const { only } = values
if (only !== undefined && only !== 'stages' && only !== 'tile') {
  console.error('--only is stages or tile')
  process.exit(2)
}
configureThreads()
const start = performance.now()
const data = await makeData(fileURLToPath(new URL('../.cache/bench', import.meta.url)))
console.error(`data in ${data.folder} (${milliseconds(performance.now() - start)} ms)`)

const rows: Row[] = []
const say = (row: Row): void => {
  rows.push(row)
  console.error(`  ${row.stage}: ${row.what}: ${milliseconds(row.measured.p50)} ms ${row.remark ?? ''}`)
}
if (only !== 'tile') await measureStages(data, say)
if (only !== 'stages') for (const workers of [1, 2]) await measureTiles(data, workers, say)

console.log(`\nNode ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), tiles of 256 x 256\n`)
console.log(markdown(rows))
