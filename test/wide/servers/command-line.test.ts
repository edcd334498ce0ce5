import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCredentials, type CredentialEntry } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import { east, smalti, west } from '../../cli/testing-cli.ts'
import { clouds } from './clouds.ts'
import { isMissing, startTables } from './dynamodb.ts'

interface Place extends AsyncDisposable {
  readonly root: string
  readonly credentials: readonly CredentialEntry[]
  readonly wrong?: readonly CredentialEntry[]
}

const places = [
  ...clouds.map(({ name, missing, start, checksCredentials }) => ({
    name,
    missing,
    checks: checksCredentials,
    start: start as () => Promise<Place>,
    addressOf: bucketAddress,
  })),
  {
    name: 'DynamoDB',
    missing: isMissing ? 'its server' : undefined,
    start: startTables as () => Promise<Place>,
    addressOf: tableAddress,
    checks: false,
  },
]

function bucketAddress(root: string): string {
  return `${root}cli/mosaic ?#ü.json.gz`
}

function tableAddress(root: string): string {
  return `${root}:cli`
}

describe.each(places)('the commands on $name', ({ missing, start, addressOf, checks }) => {
  const isSkipped = missing !== undefined && process.env.CI !== 'true'
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'smalti-cli-cloud-')))
  const flags = ['--credentials', join(folder, 'credentials.json')]
  let place: Place
  let address: string
  beforeAll(async () => {
    if (isSkipped) return
    process.env.XDG_CACHE_HOME = join(folder, 'cache')
    place = await start()
    address = addressOf(place.root)
    writeFileSync(join(folder, 'credentials.json'), JSON.stringify(place.credentials))
  })
  afterAll(async () => {
    await place?.[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })
  const cli = (...argv: readonly string[]) => smalti([...argv, ...flags], { cwd: folder })

  test.skipIf(isSkipped)('create, refuse to overwrite, update, look at it, copy it elsewhere', { timeout: 240_000 }, async () => {
    const created = await cli('create', west, '-o', address, '--name', 'first')
    expect(created).toMatchObject({ code: 0, stdout: '' })
    expect(await cli('create', west, east, '-o', address, '--name', 'second')).toMatchObject({ code: 3 })
    expect(await cli('update', east, address, '--add-last', '-q')).toEqual({ code: 0, stdout: '', stderr: '' })
    const told = JSON.parse((await cli('info', address, '--json')).stdout) as object
    expect(told).toMatchObject({ Path: address, Profile: { Name: 'first', Version: '1.0.1' }, TILES: { 'Nb Files': 2 } })
    expect(await cli('validate', address)).toMatchObject({ code: 0, stdout: 'valid: 2 files on 4 tiles of zoom 7\n' })

    // The environment names the credentials too.
    const env = { SMALTI_CREDENTIALS: join(folder, 'credentials.json') }
    const there = (await smalti(['to-geojson', address], { cwd: folder, env })).stdout
    expect(there.trim().split('\n')).toHaveLength(4)

    expect((await cli('create', west, east, '-o', address, '--force', '-q')).code).toBe(0)
    expect((await cli('create', east, west, '-o', 'local.json', '--name', 'kept', '-q')).code).toBe(0)
    expect((await cli('upload', 'local.json', address)).code).toBe(3)
    expect((await cli('upload', 'local.json', address, '--force', '-q')).code).toBe(0)
    const lists = async (from: string) => (await cli('to-geojson', from)).stdout
    expect(await lists(address)).toBe(await lists('local.json'))
  })

  test.skipIf(isSkipped)(
    'of several that create it at once one does, and the others are told: 3',
    { timeout: 240_000 },
    async () => {
      const contested = addressOf(place.root).replace('cli', 'contested')
      const names = ['a', 'b', 'c', 'd']
      const runs = await Promise.all(names.map((name) => cli('create', west, '-o', contested, '--name', name, '-q')))
      expect(runs.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 3, 3, 3])
      const winner = names[runs.findIndex(({ code }) => code === 0)]
      expect(JSON.parse((await cli('info', contested, '--json')).stdout)).toMatchObject({ Profile: { Name: winner } })
    },
  )

  // Of servers that look at no credentials there is nothing to be seen.
  test.skipIf(isSkipped).each(checks ? ['a wrong secret'] : [])(
    '%s: 1, before an image is read, and the secret is not told',
    { timeout: 120_000 },
    async () => {
      writeFileSync(join(folder, 'wrong.json'), JSON.stringify(place.wrong))
      const line = ['create', west, '-o', `${place.root}new.json`, '--credentials', join(folder, 'wrong.json')]
      const { code, stderr } = await smalti(line, { cwd: folder })
      expect(code).toBe(1)
      expect(stderr).not.toMatch(/reading headers|not-the-secret|AccountKey/)
      const net = createNet({ allow: 'all', cwd: folder, credentials: createCredentials(place.credentials) })
      try {
        await expect(net.readDocument(`${place.root}new.json`, { maxBytes: 100, setting: '' })).rejects.toMatchObject({
          status: 404,
        })
      } finally {
        await net.close()
      }
    },
  )
})
