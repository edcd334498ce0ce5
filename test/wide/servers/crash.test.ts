import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { MosaicBackend } from '../../../src/index.ts'
import type { CredentialEntry } from '../../../src/net/credentials.ts'
import { clouds } from './clouds.ts'
import { crashMosaic } from './crash-mosaic.ts'

const writer = fileURLToPath(new URL('crash-writer.ts', import.meta.url))
const KILLS = 20
/** Milliseconds after the first write, within which it is killed. */
const WITHIN = 400

/** Of one test: each writer starts anew, and may wait for the lock of the last one. */
const LONG = 300_000

const BOTH = new Set(['first', 'second'])
const wanted = Object.fromEntries(['first', 'second'].map((name) => [name, crashMosaic(name).tiles]))

/** Starts the writer, kills it at a random moment of its work, and reads what is there: one of the two, whole. */
async function killAndLook(address: string, credentials: readonly CredentialEntry[]): Promise<string | undefined> {
  const child = spawn(process.execPath, [writer, address, JSON.stringify(credentials)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), ended])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * WITHIN))
  child.kill('SIGKILL')
  const [, signal] = await ended
  expect(signal).toBe('SIGKILL')
  await using mosaic = await MosaicBackend(address, { credentials })
  const { name } = mosaic.metadata
  const keys: string[] = []
  for await (const key of mosaic.quadkeys()) keys.push(key)
  const all = wanted[name ?? '']
  expect(keys).toHaveLength(Object.keys(all).length)
  const assets = await mosaic.assetsForBbox([-180, -85, 180, 85])
  expect(assets.filter((asset) => !asset.includes(`/${name}/`))).toEqual([])
  expect(assets).toHaveLength(keys.length)
  return name
}

/** Names of the mosaics that were found. */
async function killOften(address: string, credentials: readonly CredentialEntry[]): Promise<ReadonlySet<string | undefined>> {
  const seen = new Set<string | undefined>()
  for (let i = 0; i < KILLS; i++) seen.add(await killAndLook(address, credentials))
  return seen
}

describe('a writer that is killed leaves one whole mosaic, 20 times', () => {
  test(
    'a file',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'smalti-crash-'))
      const seen = await killOften(join(folder, 'mosaic.json.gz'), [])
      // Else it was always killed at the same place.
      expect(seen).toEqual(BOTH)
      await rm(folder, { recursive: true })
    },
    LONG,
  )

  test(
    'a database',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'smalti-crash-'))
      expect(await killOften(`sqlite:///${join(folder, 'mosaics.db')}:mosaic`, [])).toEqual(BOTH)
      await rm(folder, { recursive: true })
    },
    LONG,
  )

  const here = clouds.filter(({ missing }) => missing === undefined || process.env.CI === 'true')
  test.each(here.map((kind) => ({ name: kind.name, kind })))(
    '$name',
    async ({ kind }) => {
      if (kind.missing !== undefined) throw new Error(kind.missing)
      await using cloud = await kind.start()
      expect(await killOften(`${cloud.root}crash/mosaic.json`, cloud.credentials)).toEqual(BOTH)
    },
    LONG,
  )
})
