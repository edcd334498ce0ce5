import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { fetchSources, SourceError } from '../../scripts/demo/source.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smalti-source-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

/** npm is this script instead. */
async function npmIs(script: string): Promise<void> {
  const path = join(folder, 'npm.cjs')
  await writeFile(path, script)
  vi.stubEnv('npm_execpath', path)
  vi.stubEnv('npm_node_execpath', process.execPath)
}

const PACK = `require('node:fs').writeFileSync(require('node:path').join(process.argv.at(-1), 'three-globe-2.45.2.tgz'), 'not it')`

it('says what to do when npm cannot reach a registry, and leaves nothing behind', async () => {
  await npmIs(`console.error('ENOTFOUND'); process.exit(1)`)
  const failure = fetchSources(join(folder, 'cache'))
  await expect(failure).rejects.toThrow(SourceError)
  await expect(failure).rejects.toThrow(/three-globe@2\.45\.2.*registry within reach.*\.cache\/demo-source\/[\s\S]*ENOTFOUND/)
  expect(await readdir(join(folder, 'cache'))).toEqual([])
})

it('does not use a package whose checksum differs', async () => {
  await npmIs(PACK)
  await expect(fetchSources(join(folder, 'cache'))).rejects.toThrow(/checksum differs/)
  expect(await readdir(join(folder, 'cache'))).toEqual([])
})

it('asks nobody when the pictures are there', async () => {
  await npmIs('process.exit(1)')
  for (const name of ['earth-blue-marble.jpg', 'earth-topology.png']) await writeFile(join(folder, name), '')
  expect(await fetchSources(folder)).toEqual({
    blueMarble: join(folder, 'earth-blue-marble.jpg'),
    topology: join(folder, 'earth-topology.png'),
  })
})
