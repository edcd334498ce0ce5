/** `npm run bench`: what a tile costs, stage by stage and as a whole, and the same requests to titiler, on data that it makes. `-- --help` */
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { configureThreads } from '../src/work/threads.ts'
import { measureBeside } from './beside.ts'
import { makeData } from './data.ts'
import { measureFloor } from './floor.ts'
import { profilePan } from './profile.ts'
import { growth, soak } from './soak.ts'
import { measureStages } from './stages.ts'
import { measureStart } from './start.ts'
import {
  comparedMarkdown,
  floorMarkdown,
  markdown,
  milliseconds,
  ratiosMarkdown,
  type Row,
  soakMarkdown,
  startMarkdown,
  threadsMarkdown,
} from './table.ts'
import { measureThreads } from './threads.ts'
import { measureTiles } from './tiles.ts'

const PARTS = ['stages', 'tile', 'floor', 'start', 'threads', 'beside']
/** Only when they are asked for. */
const EXTRAS = ['profile', 'soak']
const HELP = `npm run bench -- [--only ${[...PARTS, ...EXTRAS].join(',')}] [--workloads pan,lone,…] [--rounds 3] [--seconds 5] [--seed 1] [--workers N]\n`
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
    workloads: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
const parts = new Set(values.only.split(','))
const unknown = [...parts].filter((part) => ![...PARTS, ...EXTRAS].includes(part))
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `--only: there is no ${unknown.join(', ')}\n${HELP}` : HELP)
  process.exit(unknown.length > 0 ? 2 : 0)
}
configureThreads()
const note = (text: string): void => console.error(text)
const start = performance.now()
const data = await makeData(fileURLToPath(new URL('../.cache/bench', import.meta.url)))
note(`data in ${data.folder} (${milliseconds(performance.now() - start)} ms)`)
console.log(`\nNode ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), tiles of 256 x 256`)

const rows: Row[] = []
const say = (row: Row): void => {
  rows.push(row)
  note(`  ${row.stage}: ${row.what}: ${milliseconds(row.measured.p50)} ms ${row.remark ?? ''}`)
}
if (parts.has('stages')) await measureStages(data, say)
if (parts.has('tile')) for (const workers of [1, 2]) await measureTiles(data, workers, say)
if (rows.length > 0) console.log(`\n${markdown(rows)}`)

if (parts.has('floor')) console.log(`\n${floorMarkdown(await measureFloor(data, note))}`)

const workers = Number(values.workers)
const load = {
  data,
  workers,
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  say: note,
}
if (parts.has('start')) console.log(`\n${startMarkdown(await measureStart(load))}`)
if (parts.has('threads')) console.log(`\n${threadsMarkdown(await measureThreads(load), workers)}`)

if (parts.has('beside')) {
  const { rows: compared, memory, eventLoop } = await measureBeside({ ...load, only: values.workloads?.split(',') })
  console.log(`\n${comparedMarkdown(compared)}`)
  if (memory.peer !== undefined) console.log(`\n${ratiosMarkdown(compared)}`)
  console.log(`\nmemory at the end: ${memory.ours} MiB${memory.peer === undefined ? '' : `, titiler ${memory.peer} MiB`}`)
  console.log(
    `our event loop was held up for ${eventLoop.p99.toFixed(1)} ms at most in 99 % of the looks, ${eventLoop.max.toFixed(0)} ms once`,
  )
}

if (parts.has('profile')) {
  const folder = fileURLToPath(new URL('../.cache/profiles', import.meta.url))
  console.log(`\n${await profilePan({ ...load, folder })}`)
}

if (parts.has('soak')) {
  const looks = await soak(load)
  console.log(`\n${soakMarkdown(looks)}`)
  const grown = growth(looks)
  if (grown !== undefined) console.log(`\nin the second half it grew by ${grown.toFixed(1)} MiB an hour`)
}
