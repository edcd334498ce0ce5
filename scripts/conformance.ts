/**
 * Plays the recorded requests of the conformance suite against this server, over files and over http, and holds the list of
 * the cases that may still fail (test/conformance/may-fail.json). It fails where a case outside the list fails, and where a
 * case on the list passes: the list only shrinks.
 *
 *   node scripts/conformance.ts --suite DIR [--json FILE] [--group G] [--update] [--verbose]
 *
 * DIR holds run.mjs, cases/ and expected/, and its data lies in DIR/../data. --update writes the list anew.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { freePort, startSmalti } from './servers/smalti.ts'

const list = 'test/conformance/may-fail.json'
const modes = ['files', 'http'] as const

/** What is not built yet, by the case's id: the reason that --update writes beside a case. The first that fits counts. */
const plans: readonly (readonly [ids: RegExp, reason: string])[] = [
  [/^errors\/(no-url-)?(cog|point|bbox)/, 'issue 4: needs point, bbox and /cog'],
  [/^(tiles-resampling|tiles-edges|point|bbox|cog-[a-z]+)\//, 'issue 4: the other kernels, edges, point, bbox and /cog'],
  [
    /^(tiles-(formats|render|pixel-selection|tms)|colormaps|algorithms|tms|stac)\//,
    'issue 6: rendering, selections, tile matrix sets',
  ],
  [/^(feature|statistics|validate|errors|service|ogc-tiles|wmts|extensions)\//, 'issue 7: the whole HTTP contract'],
]

interface Result {
  id: string
  group: string
  pass: boolean
  skipped?: string
  reason?: string
}

async function play(
  suite: string,
  base: string,
  data: string,
  work: string,
  extra: readonly string[],
  file: string,
): Promise<Result[]> {
  const args = [
    join(suite, 'run.mjs'),
    '--base',
    base,
    '--data',
    data,
    '--work',
    work,
    '--jobs',
    '3',
    '--timeout',
    '20000',
    '--json',
    file,
    ...extra,
  ]
  // Its own lines are for people who run it by hand; the differences from the list are printed below.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0 && code !== 1) throw new Error(`the runner ended with ${code}`)
  return JSON.parse(await readFile(file, 'utf8')) as Result[]
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      suite: { type: 'string' },
      json: { type: 'string' },
      group: { type: 'string' },
      update: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  })
  if (values.suite === undefined) throw new Error('--suite DIR is missing')
  const suite = resolve(values.suite)
  const data = resolve(suite, '../data')
  const work = await mkdtemp(join(tmpdir(), 'conformance-'))
  const mayFail: Record<string, string> = await readFile(list, 'utf8').then(
    (text) => JSON.parse(text) as Record<string, string>,
    () => ({}),
  )

  const port = await freePort()
  const results: Record<(typeof modes)[number], Result[]> = { files: [], http: [] }
  const server = await startSmalti([
    '--allow',
    data,
    '--allow',
    work,
    '--allow',
    `http://127.0.0.1:${port}/`,
    '--log-level',
    'error',
  ])
  let died = false
  try {
    const groups = values.group === undefined ? [] : ['--group', values.group]
    results.files = await play(suite, server.base, data, work, groups, join(work, 'files-results.json'))
    results.http = await play(suite, server.base, data, work, [`--serve=${port}`, ...groups], join(work, 'http-results.json'))
    died = !(await fetch(`${server.base}/healthz`).then(
      (reply) => reply.ok,
      () => false,
    ))
  } finally {
    await server.stop()
    await rm(work, { recursive: true, force: true })
  }

  const failing = new Map<string, string[]>()
  for (const mode of modes)
    for (const { id, pass, skipped, reason } of results[mode]) {
      if (pass) continue
      failing.set(id, [...(failing.get(id) ?? []), `${mode}: ${reason ?? skipped ?? 'no reason given'}`])
    }
  const played = new Set(results.files.map((result) => result.id))
  const unexpected = [...failing].filter(([id]) => !(id in mayFail))
  const mended = Object.keys(mayFail).filter((id) => played.has(id) && !failing.has(id))
  const gone = values.group === undefined ? Object.keys(mayFail).filter((id) => !played.has(id)) : []

  for (const mode of modes) {
    console.log(`over ${mode}:`)
    for (const group of new Set(results[mode].map((result) => result.group))) {
      const own = results[mode].filter((result) => result.group === group)
      console.log(`  ${group} ${own.filter((result) => result.pass).length}/${own.length}`)
    }
  }
  if (values.verbose) for (const [id, reasons] of failing) console.log(`  ${id}: ${reasons.join('; ')}`)

  if (values.update) {
    const reasonOf = (id: string) => mayFail[id] ?? plans.find(([ids]) => ids.test(id))?.[1] ?? 'to be looked at'
    const next = Object.fromEntries(
      [...failing.keys()].map((id) => [id, reasonOf(id)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    )
    await mkdir(dirname(list), { recursive: true })
    await writeFile(list, `${JSON.stringify(next, null, 2)}\n`)
    console.log(
      `${list}: ${Object.keys(next).length} cases (${unexpected.length} new, ${mended.length} mended, ${gone.length} gone)`,
    )
    return died ? 1 : 0
  }

  for (const [id, reasons] of unexpected) console.log(`FAIL ${id}: ${reasons.join('; ')}`)
  for (const id of mended) console.log(`FAIL ${id}: passes; take it off ${list}`)
  for (const id of gone) console.log(`FAIL ${id}: on ${list}, but the suite has no such case`)
  if (died) console.log('FAIL the server did not survive the suite')
  const passed = [...played].filter((id) => !failing.has(id)).length - mended.length
  const failed = unexpected.length + mended.length + gone.length + (died ? 1 : 0)
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ passed, failed, known: failing.size - unexpected.length }))
  console.log(
    `conformance: ${passed} passed, ${failed} failed, ${failing.size - unexpected.length} on the list of cases that may fail`,
  )
  return failed === 0 ? 0 : 1
}

process.exitCode = await main()
