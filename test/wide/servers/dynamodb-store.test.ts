import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DynamoDBBackend, MosaicBackend } from '../../../src/index.ts'
import type { MosaicJSON } from '../../../src/mosaic/document.ts'
import { createCredentials } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import { newTrace, type WritableNet } from '../../../src/net/source.ts'
import { dynamoKind } from '../../../src/stores/dynamodb-store.ts'
import type { MosaicStore, WriteOptions } from '../../../src/stores/store.ts'
import { inMemory, made } from '../../mosaic/made-mosaic.ts'
import { versionOf, wholeVersion } from '../../stores/crash-mosaic.ts'
import { isMissing, startTables, type Tables } from './dynamodb.ts'

const KILLS = 20
/** Of the mosaics that are raced with and killed. */
const KEYS = 300
const limits = { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 }

describe.skipIf(isMissing && process.env.CI !== 'true')('DynamoDB', () => {
  let tables: Tables
  let net: WritableNet
  let client: DynamoDBClient
  const run = randomBytes(4).toString('hex')
  const at = (mosaic: string): string => `${tables.root}:${run}-${mosaic}`
  const context = () => ({ net, cwd: '/', limits })

  beforeAll(async () => {
    tables = await startTables()
    net = createNet({ allow: [tables.root], cwd: '/', credentials: createCredentials(tables.credentials) })
    const keys =
      tables.endpoint === undefined
        ? {}
        : { endpoint: tables.endpoint, credentials: { accessKeyId: 'smalti', secretAccessKey: 'x' } }
    client = new DynamoDBClient({ region: tables.region, ...keys })
  })
  afterAll(async () => {
    client?.destroy()
    await net?.close()
    await tables?.[Symbol.asyncDispose]()
  })

  const create = async (mosaic: string, document: MosaicJSON, options: WriteOptions = {}) =>
    dynamoKind.create?.(at(mosaic), document, context(), options)
  const open = async (mosaic: string): Promise<MosaicStore> => {
    const store = await dynamoKind.open(at(mosaic), context(), {})
    if (!store) throw new Error('no revision was known')
    return store
  }
  const documentOf = async (mosaic: string) => (await open(mosaic)).document()

  /** Sort keys of all items of a mosaic. */
  async function itemsOf(mosaic: string): Promise<string[]> {
    const keys: string[] = []
    let start
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: tables.table,
        KeyConditionExpression: 'mosaicId = :m',
        ExpressionAttributeValues: { ':m': { S: `${run}-${mosaic}` } },
        ExclusiveStartKey: start,
      })
      const page = await client.send(command)
      keys.push(...(page.Items ?? []).map(({ quadkey }) => String(quadkey.S)))
      start = page.LastEvaluatedKey
    } while (start)
    return keys
  }

  test('what is written is read again, the table is made, any region has a name', async () => {
    const mosaic = made({
      name: 'x',
      asset_prefix: '/data/',
      quadkey_zoom: 3,
      description: null,
      'smalti:extra': { deep: [1, null] },
      tiles: { '012': ['a.tif', 'b.tif'], 300: ['c.tif'] },
    })
    await create('first', mosaic)
    const store = await open('first')
    expect(await store.document()).toEqual(mosaic)
    const trace = newTrace()
    expect(await store.assetsFor(['012'], { maxAssets: 9, trace })).toEqual(['/data/a.tif', '/data/b.tif'])
    expect(trace.reads).toBe(1)
    expect(await dynamoKind.open(at('first'), context(), { ifNot: store.revision })).toBeUndefined()
  })

  test('quadkey_zoom 0 is the empty key', async () => {
    await create('zero', made({ quadkey_zoom: 0, tiles: { '': ['/a.tif'] } }))
    expect(await (await open('zero')).assetsFor([''], { maxAssets: 9 })).toEqual(['/a.tif'])
  })

  test('what is not there is 404, of a table that is not there too; another table is 403', async () => {
    await expect(open('absent')).rejects.toMatchObject({ status: 404 })
    await expect(dynamoKind.open(`dynamodb://${tables.region}/other:x`, context(), {})).rejects.toMatchObject({ status: 403 })
    const all = {
      ...context(),
      net: createNet({
        allow: 'all',
        cwd: '/',
        credentials: createCredentials(
          tables.credentials.map((entry) => ({ ...entry, prefix: `dynamodb://${tables.region}/absent-table` })),
        ),
      }),
    }
    await expect(dynamoKind.open(`dynamodb://${tables.region}/absent-table:x`, all, {})).rejects.toMatchObject({ status: 404 })
  })

  test('more than a megabyte comes in pages; prefixes, boxes and limits are those of a document in memory', async () => {
    const tiles: Record<string, string[]> = {}
    for (let i = 0; i < 4 ** 5; i++)
      tiles[i.toString(4).padStart(5, '0')] = [`/${'x'.repeat(1500)}${i}.tif`, `/shared${i % 50}.tif`]
    const members = { quadkey_zoom: 5, tiles }
    await create('many', made(members))
    const [store, memory] = [await open('many'), await inMemory(members)]
    const options = { maxAssets: 10_000 }
    for (const prefixes of [[''], ['0'], ['31', '02'], ['00000']]) {
      expect(await store.assetsFor(prefixes, options)).toEqual(await memory.assetsFor(prefixes, options))
    }
    for (const [minCol, minRow, maxCol, maxRow] of [
      [0, 0, 31, 31],
      [3, 5, 3, 5],
      [0, 15, 31, 16],
      [17, 2, 19, 29],
    ]) {
      const box = { minCol, minRow, maxCol, maxRow }
      expect(await store.assetsIn(box, options)).toEqual(await memory.assetsIn(box, options))
    }
    await expect(store.assetsFor([''], { maxAssets: 20 })).rejects.toMatchObject({ status: 413 })
    expect(await store.assetsFor([''], { maxAssets: 20, limit: 5 })).toHaveLength(5)
    await store.delete()
    expect(await itemsOf('many')).toEqual([])
  })

  test('an update writes the keys that differ, and sweeps what it replaced', async () => {
    await create('update', made({ tiles: { '000': ['/a.tif'], '001': ['/b.tif'], '002': ['/c.tif'] } }))
    const before = await itemsOf('update')
    const store = await open('update')
    await store.write(made({ version: '1.0.1', tiles: { '000': ['/a.tif'], '002': ['/c.tif', '/d.tif'], '333': ['/e.tif'] } }), {
      ifRevision: store.revision,
    })
    expect(await documentOf('update')).toEqual(
      made({ version: '1.0.1', tiles: { '000': ['/a.tif'], '002': ['/c.tif', '/d.tif'], '333': ['/e.tif'] } }),
    )
    const after = await itemsOf('update')
    expect(after.map((key) => key.split('#')[0])).toEqual(['-1', '000', '002', '333'])
    expect(after.filter((key) => before.includes(key) && key !== '-1')).toEqual([before.find((key) => key.startsWith('000'))])
    // A reader that has the metadata of before sees what is there now, and no hole.
    expect(await store.assetsFor(['002'], { maxAssets: 9 })).toEqual(['/c.tif', '/d.tif'])
    expect(await store.assetsFor(['001'], { maxAssets: 9 })).toEqual([])
  })

  test('after many updates the list of generations is short again', async () => {
    const tiles: Record<string, string[]> = {}
    for (let i = 0; i < 110; i++) {
      tiles[i.toString(4).padStart(4, '0')] = [`/${i}.tif`]
      await create('often', made({ quadkey_zoom: 4, tiles }), { overwrite: true })
    }
    expect((await documentOf('often')).tiles).toEqual(tiles)
    const generations = new Set((await itemsOf('often')).map((key) => key.split('#')[1]))
    expect(generations.size).toBeLessThan(20)
  })

  const amend = async (i: number) =>
    (await open('amended')).amend?.(['0123'], () => ({
      members: made({ version: `1.0.${i}` }),
      tiles: new Map([['0123', [`/new${i}.tif`]]]),
    }))

  test('an update leaves the items of other tiles alone, and after many of them the list of generations is short again', async () => {
    const tiles: Record<string, string[]> = {}
    for (let i = 0; i < 256; i++) tiles[i.toString(4).padStart(4, '0')] = [`/${i}.tif`]
    await create('amended', made({ quadkey_zoom: 4, tiles }))
    const before = new Set(await itemsOf('amended'))
    await amend(0)
    const after = await itemsOf('amended')
    expect(after.filter((key) => !before.has(key)).map((key) => key.split('#')[0])).toEqual(['0123'])
    expect(after).toHaveLength(before.size)
    for (let i = 1; i <= 400; i++) await amend(i)
    const generations = new Set((await itemsOf('amended')).map((key) => key.split('#')[1]))
    expect(generations.size).toBeLessThan(5)
    expect((await documentOf('amended')).tiles).toEqual({ ...tiles, '0123': ['/new400.tif'] })
  })

  test('without overwrite, and over another revision, nothing is changed', async () => {
    await create('kept', made())
    await expect(create('kept', made({ tiles: {} }))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    const { revision } = await open('kept')
    await create('kept', made({ version: '1.0.1' }), { ifRevision: revision })
    await expect(create('kept', made({ version: '1.0.2' }), { ifRevision: revision })).rejects.toMatchObject({ status: 412 })
    expect(await documentOf('kept')).toEqual(made({ version: '1.0.1' }))
  })

  test('of many writers at once one wins, and its mosaic is whole', async () => {
    for (const isThere of [false, true]) {
      const attempts = Array.from({ length: 8 }, (_, i) => create('race', versionOf(100 + i, KEYS), { overwrite: isThere }))
      const won = (await Promise.allSettled(attempts)).filter(({ status }) => status === 'fulfilled')
      expect(won.length).toBeGreaterThan(0)
      expect(wholeVersion(await documentOf('race'), KEYS)).toBeDefined()
    }
  })

  test('a deleted mosaic is gone, to the last item', async () => {
    await create('gone', made())
    const store = await open('gone')
    await store.delete()
    expect(await itemsOf('gone')).toEqual([])
    await expect(open('gone')).rejects.toMatchObject({ status: 404 })
    await expect(store.delete()).rejects.toMatchObject({ status: 404 })
  })

  test('what a writer that died has left is seen by nobody, and swept by the next', async () => {
    await create('left', made({ tiles: { '000': ['/a.tif'], '001': ['/b.tif'] } }))
    const store = await open('left')
    const stray = { mosaicId: { S: `${run}-left` }, quadkey: { S: '000#0000000002-dead' }, assets: { L: [{ S: '/stray.tif' }] } }
    await client.send(new PutItemCommand({ TableName: tables.table, Item: stray }))
    expect(await store.assetsFor([''], { maxAssets: 9 })).toEqual(['/a.tif', '/b.tif'])
    await store.write(made({ tiles: { '000': ['/a.tif'], '001': ['/c.tif'] } }), { ifRevision: store.revision })
    expect((await documentOf('left')).tiles).toEqual({ '000': ['/a.tif'], '001': ['/c.tif'] })
    expect(await itemsOf('left')).toHaveLength(3)
  })

  test('cogeo-mosaic\u2019s layout is read, written on request, kept by an update and replaced by ours', async () => {
    const mosaic = made({ tiles: { '000': ['/a.tif'], '001': ['/b.tif'] }, center: [1.5, 2, 3], extra: { a: [1, true] } })
    await create('cogeo', mosaic, { layout: 'cogeo-mosaic' })
    expect(await itemsOf('cogeo')).toEqual(['-1', '000', '001'])
    const store = await open('cogeo')
    expect(await store.document()).toEqual(mosaic)
    expect(await store.assetsFor(['001'], { maxAssets: 9 })).toEqual(['/b.tif'])
    await create('cogeo', made({ tiles: { '001': ['/c.tif'] } }), { ifRevision: store.revision })
    expect(await documentOf('cogeo')).toEqual(made({ tiles: { '001': ['/c.tif'] } }))
    expect(await store.assetsFor([''], { maxAssets: 9 })).toEqual(['/c.tif'])
    expect(await itemsOf('cogeo')).toEqual(['-1', '001'])
    await create('cogeo', mosaic, { overwrite: true })
    expect((await itemsOf('cogeo')).every((key) => key === '-1' || key.includes('#'))).toBe(true)
    await create('cogeo', mosaic, { overwrite: true, layout: 'cogeo-mosaic' })
    expect(await itemsOf('cogeo')).toEqual(['-1', '000', '001'])
    expect(await documentOf('cogeo')).toEqual(mosaic)
    await expect(
      create('cogeo', made({ quadkey_zoom: 0, tiles: { '': ['/a.tif'] } }), { overwrite: true, layout: 'cogeo-mosaic' }),
    ).rejects.toMatchObject({ code: 'INVALID_MOSAIC' })
  })

  test('the library writes, updates and deletes it', async () => {
    const { credentials } = tables
    await using mosaic = await MosaicBackend(at('library'), { mosaicDef: made({ tiles: { '122': ['a.tif'] } }), credentials })
    expect(mosaic).toBeInstanceOf(DynamoDBBackend)
    await mosaic.write()
    await expect(mosaic.write()).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    const ring = [
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 1],
    ]
    await mosaic.update([{ geometry: { type: 'Polygon', coordinates: [ring] }, properties: { path: 'new.tif' } }])
    expect((await documentOf('library')).tiles).toEqual({ '122': ['new.tif', 'a.tif'] })
    await using cogeo = new DynamoDBBackend(at('library'), { mosaicDef: made(), credentials, layout: 'cogeo-mosaic' })
    await cogeo.write({ overwrite: true })
    expect(await itemsOf('library')).toEqual(['-1', '012'])
    await cogeo.delete()
    expect(await itemsOf('library')).toEqual([])
  })

  test.each([
    ['whole', 1],
    ['update', 2],
  ])(
    `a writer (%s) that is killed at a random moment, ${KILLS} times, leaves the old or the new mosaic`,
    async (way, step) => {
      await create('crash', versionOf(0, KEYS), { overwrite: true })
      const left = new Set<number>()
      for (let kill = 0; kill < KILLS; kill++) {
        const program = new URL('../../stores/dynamodb-crash-writer.ts', import.meta.url).pathname
        const writer = spawn(process.execPath, [program, at('crash'), JSON.stringify(tables.credentials), way], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        let last = 0
        writer.stdout.setEncoding('utf8').on('data', (text: string) => {
          last = Number(text.trim().split('\n').at(-1))
        })
        await once(writer.stdout, 'data')
        await new Promise((resolve) => {
          setTimeout(resolve, Math.random() * 1500)
        })
        writer.kill('SIGKILL')
        await once(writer, 'close')
        const found = wholeVersion(await documentOf('crash'), KEYS)
        expect([last, last + step]).toContain(found)
        left.add(found ?? -1)
      }
      expect(left.size).toBeGreaterThan(1)
    },
    240_000,
  )
})
