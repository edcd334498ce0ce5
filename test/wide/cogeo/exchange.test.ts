import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MosaicJSON } from '../../../src/mosaic/document.ts'
import type { MosaicFeature } from '../../../src/mosaic/footprint.ts'
import { createCredentials, type CredentialEntry } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import type { StoreContext } from '../../../src/stores/kind.ts'
import { storeKindOf } from '../../../src/stores/registry.ts'
import type { WriteOptions } from '../../../src/stores/store.ts'
import { updateStored } from '../../../src/stores/update-stored.ts'
import { type Cloud, clouds } from '../servers/clouds.ts'
import { isMissing, startTables, type Tables } from '../servers/dynamodb.ts'

const python = process.env.TEST_GDAL ?? join(homedir(), '.cache/smalti/gdal/bin/python')
const program = new URL('cogeo.py', import.meta.url).pathname
const limits = { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 }

interface Told {
  readonly error?: string
  readonly members?: Record<string, unknown>
  readonly tiles?: Record<string, string[]>
}

/** What cogeo-mosaic 9.2 says. */
async function cogeo(
  command: 'read' | 'write' | 'update',
  address: string,
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Told> {
  const text = await new Promise<string>((resolve, reject) => {
    const child = execFile(python, [program, command, address], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    )
    child.stdin?.end(input)
  })
  return (JSON.parse(text.trim().split('\n').at(-1) ?? 'null') ?? {}) as Told
}

/** 1, 1 lies in its first tile. */
const mosaic: MosaicJSON = {
  mosaicjson: '0.0.3',
  name: 'exchanged',
  version: '1.0.0',
  minzoom: 3,
  maxzoom: 9,
  quadkey_zoom: 3,
  bounds: [0, 0, 90, 66],
  center: [45, 33, 3],
  asset_prefix: '/data/',
  attribution: 'someone',
  layers: { true_color: { bidx: [1, 2, 3] } },
  tiles: { '122': ['a.tif', 'b.tif'], '123': ['b.tif'] },
}
/** What cogeo.py updates with. */
const box: MosaicFeature = {
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [1, 1],
        [2, 1],
        [2, 2],
        [1, 2],
        [1, 1],
      ],
    ],
  },
  properties: { path: '/data/new.tif' },
}
const strange = { 'smalti:extra': { deep: [1, 'two'] } }

interface Place {
  /** As we write it. */
  readonly ours: string
  /** As cogeo-mosaic does. */
  readonly theirs: string
  readonly context: StoreContext
  readonly env?: Record<string, string>
  readonly options?: WriteOptions
}

/** Environments in which cogeo-mosaic reaches the same server; the service itself it reaches by ours. It has no Azure but Microsoft's own. */
const THEIRS: Readonly<Record<string, (entry: CredentialEntry) => Record<string, string>>> = {
  S3: ({ endpoint = '', region = '', accessKeyId = '', secretAccessKey = '' }) => ({
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }),
  'Google Cloud Storage': ({ apiEndpoint = '' }) => ({ STORAGE_EMULATOR_HOST: apiEndpoint, GOOGLE_CLOUD_PROJECT: 'test' }),
}

/** What both must do with a place; at its end they have written, and we have read. */
async function exchange({
  ours,
  theirs,
  context,
  env,
  options,
}: Place): Promise<{ written: MosaicJSON; read: MosaicJSON | undefined }> {
  const kind = storeKindOf(ours)
  const open = async () => (await kind.open(ours, context, {}))?.document()
  await kind.create?.(ours, { ...mosaic, ...strange }, context, { overwrite: true, ...options })
  const { tiles, ...members } = mosaic
  const told = await cogeo('read', theirs, { env })
  expect(told.error).toBeUndefined()
  expect(told.members).toEqual(members)
  expect(told.tiles).toEqual({ '122': ['/data/a.tif', '/data/b.tif'], '123': ['/data/b.tif'] })

  // Its update keeps what it does not know, where it writes no whole document.
  expect((await cogeo('update', theirs, { env })).error).toBeUndefined()
  const updated = await open()
  expect(updated).toMatchObject({ version: '1.0.1', attribution: 'someone' })
  expect(updated?.tiles['122']).toContain('new.tif')

  // Ours comes to the same (where there is no prefix, which its update writes twice), and it reads that too.
  await kind.create?.(ours, { ...mosaic, ...strange }, context, { overwrite: true, ...options })
  const store = await kind.open(ours, context, {})
  if (store) await updateStored(store, [box])
  const own = await open()
  for (const member of ['version', 'bounds', 'center', 'mosaicjson']) expect(own?.[member], member).toEqual(updated?.[member])
  expect(Object.keys(own?.tiles ?? {})).toEqual(Object.keys(updated?.tiles ?? {}))
  expect((await cogeo('read', theirs, { env })).tiles).toEqual({
    '122': ['/data/new.tif', '/data/a.tif', '/data/b.tif'],
    '123': ['/data/b.tif'],
  })

  const written = { ...mosaic, version: '2.0.0', tiles: { ...tiles, '300': ['c.tif'] } }
  expect((await cogeo('write', theirs, { env, input: JSON.stringify(written) })).error).toBeUndefined()
  return { written, read: await open() }
}

describe.skipIf(!existsSync(python) && process.env.CI !== 'true')(
  'cogeo-mosaic 9.2 reads what we write, and we what it writes',
  () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'smalti-cogeo-')))
    const context: StoreContext = { net: createNet({ allow: [folder], cwd: folder }), cwd: folder, limits }
    afterAll(() => rmSync(folder, { recursive: true }))

    test.each(['mosaic.json', 'mosaic.json.gz'])('a file: %s', async (name) => {
      const { written, read } = await exchange({ ours: join(folder, name), theirs: join(folder, name), context })
      expect(read).toEqual(written)
    })

    test('SQLite: its update also finds members without a column still there', async () => {
      const address = `sqlite:///${join(folder, 'mosaics.db')}:exchanged`
      const kind = storeKindOf(address)
      await kind.create?.(address, { ...mosaic, ...strange }, context, { overwrite: true })
      expect((await cogeo('update', address)).error).toBeUndefined()
      expect(await (await kind.open(address, context, {}))?.document()).toMatchObject({ ...strange, version: '1.0.1' })
      const { written, read } = await exchange({ ours: address, theirs: address, context })
      expect(read).toEqual(written)
    })

    describe.each(clouds.filter(({ name }) => THEIRS[name]).map((kind) => ({ name: kind.name, kind })))('$name', ({ kind }) => {
      let cloud: Cloud | undefined
      afterAll(() => cloud?.[Symbol.asyncDispose]())

      test.skipIf(kind.missing !== undefined && process.env.CI !== 'true').each(['mosaic.json', 'deep/er/mosaic.json.gz'])(
        '%s',
        async (key) => {
          cloud ??= await kind.start()
          const net = createNet({ allow: [cloud.root], cwd: '/', credentials: createCredentials(cloud.credentials) })
          const address = `${cloud.root}cogeo/${key}`
          const [entry] = cloud.credentials
          const env = entry && THEIRS[kind.name]?.(entry)
          const place = { ours: address, theirs: address, context: { net, cwd: '/', limits }, env }
          const { written, read } = await exchange(place)
          expect(read).toEqual(written)
          await net.close()
        },
      )
    })

    describe.skipIf(isMissing && process.env.CI !== 'true')('DynamoDB', () => {
      let tables: Tables
      let place: Place
      beforeAll(async () => {
        tables = await startTables()
        const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(tables.credentials) })
        const env: Record<string, string> =
          tables.endpoint === undefined
            ? {}
            : { AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint, AWS_ACCESS_KEY_ID: 'smalti', AWS_SECRET_ACCESS_KEY: 'x' }
        // It takes no region of three parts in an address.
        const address = `dynamodb:///${tables.table}:exchanged`
        place = {
          ours: `${tables.root}:exchanged`,
          theirs: address,
          context: { net, cwd: '/', limits },
          env: { ...env, AWS_REGION: tables.region },
        }
      })
      afterAll(async () => {
        await place?.context.net.close()
        await tables?.[Symbol.asyncDispose]()
      })

      test('its layout', async () => {
        const { written, read } = await exchange({ ...place, options: { layout: 'cogeo-mosaic' } })
        expect(read).toEqual(written)
      })

      test('ours it refuses loudly, and never reads a half of it', async () => {
        await storeKindOf(place.ours).create?.(place.ours, mosaic, place.context, { overwrite: true })
        expect((await cogeo('read', place.theirs, { env: place.env })).error).toMatch(/mosaicjson/)
      })
    })
  },
)
