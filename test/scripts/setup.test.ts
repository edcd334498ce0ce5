import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const SCRIPT = new URL('../../scripts/setup.mjs', import.meta.url)
const LOCK = {
  '': { name: 'project' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/dev': { version: '1.0.0', integrity: 'sha512-d', dev: true },
  'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
}
type Packages = Record<string, object>

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'smalti-setup-'))
  await mkdir(join(root, 'scripts'))
  await copyFile(SCRIPT, join(root, 'scripts/setup.mjs'))
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: LOCK }))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function installed(packages: Packages): Promise<void> {
  await mkdir(join(root, 'node_modules'))
  await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }))
}

/** Runs the script with an npm that says how it was called and ends with `status`. */
async function setup(flags: string[] = [], status = 0): Promise<{ status: number | null; calls: string; said: string }> {
  const npm = join(root, 'npm.cjs')
  await writeFile(npm, `console.log(process.argv.slice(2).join(' ')); process.exit(${status})`)
  const env = { ...process.env, npm_execpath: npm, npm_node_execpath: process.execPath }
  const run = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs'), ...flags], { env, encoding: 'utf8' })
  return { status: run.status, calls: run.stdout, said: run.stderr }
}

const { '': _project, 'node_modules/other-platform': _other, ...here } = LOCK
const { 'node_modules/dev': _dev, ...production } = here

it('installs when there is nothing', async () => {
  expect(await setup()).toMatchObject({
    status: 0,
    calls: expect.stringMatching(/^ci /),
    said: expect.stringMatching(/Installing/),
  })
})

it('does and says nothing when all is there but packages of other platforms', async () => {
  await installed(here)
  expect(await setup()).toEqual({ status: 0, calls: '', said: '' })
})

it('installs again when a version has changed', async () => {
  await installed({ ...here, 'node_modules/a': { version: '0.9.0', integrity: 'sha512-a' } })
  expect(await setup()).toMatchObject({ calls: expect.stringMatching(/^ci /), said: expect.stringMatching(/changed/) })
})

it('takes an installation without devDependencies as it is, to serve, and only then', async () => {
  await installed(production)
  expect(await setup(['--runtime'])).toEqual({ status: 0, calls: '', said: '' })
  expect((await setup()).calls).toMatch(/^ci /)
})

it('fails when npm does', async () => {
  expect(await setup([], 1)).toMatchObject({ status: 1, said: expect.stringMatching(/npm ci failed/) })
})
