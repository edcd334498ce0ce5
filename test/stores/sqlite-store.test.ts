import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { MosaicJSON } from '../../src/mosaic/document.ts'
import { assetsForBbox } from '../../src/mosaic/search.ts'
import { createNet } from '../../src/net/net.ts'
import type { StoreContext } from '../../src/stores/kind.ts'
import { parseSqlite, printSqlite } from '../../src/stores/sqlite-address.ts'
import { SqliteStore, sqliteKind } from '../../src/stores/sqlite-store.ts'
import { storeKindOf } from '../../src/stores/registry.ts'
import type { MosaicStore, WriteOptions } from '../../src/stores/store.ts'
import { inMemory, made, roomy } from '../mosaic/made-mosaic.ts'
import { temporaryFolder } from '../net/temporary-folder.ts'

const cogeoDatabase = new URL('cogeo.db', import.meta.url)

function inFolder(allow?: readonly string[]) {
  const folder = temporaryFolder()
  const context: StoreContext = { net: createNet({ allow: allow ?? [folder], cwd: folder }), cwd: folder, limits: roomy }
  return {
    folder,
    context,
    open: async (address: string): Promise<MosaicStore> => {
      const store = await sqliteKind.open(address, context, {})
      if (!store) throw new Error('there is a store where no revision is known')
      return store
    },
    create: async (address: string, mosaic: MosaicJSON, options: WriteOptions = {}) =>
      sqliteKind.create?.(address, mosaic, context, options),
  }
}

test.each([
  ['sqlite:///mosaics.db:name', 'mosaics.db', 'name'],
  ['sqlite:////data/mosaics.db:name', '/data/mosaics.db', 'name'],
  ['sqlite:///a/b c.db:A-1_2.x', 'a/b c.db', 'A-1_2.x'],
  ['sqlite:///a:name.db:name', 'a:name.db', 'name'],
  ['sqlite:///q?x#1.db:n', 'q?x#1.db', 'n'],
])('%s is the path %s and the mosaic %s', (address, path, mosaic) => {
  expect(parseSqlite(address)).toEqual({ path, mosaic })
  expect(printSqlite({ path, mosaic })).toBe(address)
  expect(storeKindOf(address).name).toBe('SQLite')
})

test.each([
  'sqlite:///mosaics.db',
  'sqlite:///mosaics.db:',
  'sqlite://mosaics.db:name',
  'sqlite:///:name',
  'sqlite:///folder/:name',
  'sqlite:///a.db:na"me',
  'sqlite:///a.db:mosaicjson_metadata',
  'sqlite:///a.db:MosaicJSON_Metadata',
  'sqlite:///a.db:sqlite_master',
])('%s is an error of the parameter url', (address) => {
  expect(() => parseSqlite(address)).toThrow(expect.objectContaining({ status: 422, parameter: 'url' }))
})

test('what is written is read again: all members, also those without a column, and another name than the table\u2019s', async () => {
  const { create, open } = inFolder()
  const mosaic = made({
    name: 'Fields of 2020',
    description: null,
    attribution: 'someone',
    quadkey_zoom: 3,
    center: [1.5, 2, 3],
    asset_prefix: '/data/',
    layers: { visual: { bidx: [1, 2, 3] } },
    'smalti:extra': { deep: [1, 'two', null] },
    members: 'a member of this name',
    tiles: { 300: ['c.tif'], '012': ['a.tif', 'b.tif'], '013': [] },
  })
  await create('sqlite:///m.db:fields', mosaic)
  const store = await open('sqlite:///m.db:fields')
  expect(store).toBeInstanceOf(SqliteStore)
  const { description: _, ...rest } = mosaic
  expect(await store.document()).toEqual(rest)
  expect(store.info).toMatchObject({ name: 'Fields of 2020', quadkeyZoom: 3, center: [1.5, 2, 3] })
  expect(await store.assetsFor(['01'], { maxAssets: 10 })).toEqual(['/data/a.tif', '/data/b.tif'])
  const keys: string[] = []
  for await (const key of store.quadkeys()) keys.push(key)
  expect(keys).toEqual(['012', '013', '300'])
})

test('quadkey_zoom 0 is the empty key', async () => {
  const { create, open } = inFolder()
  await create('sqlite:///m.db:world', made({ quadkey_zoom: 0, tiles: { '': ['/a.tif'] } }))
  const store = await open('sqlite:///m.db:world')
  expect(await store.assetsFor([''], { maxAssets: 10 })).toEqual(['/a.tif'])
  expect(await store.assetsIn({ minCol: 0, minRow: 0, maxCol: 0, maxRow: 0 }, { maxAssets: 10 })).toEqual(['/a.tif'])
})

test('prefixes, boxes, limits and order are those of a document in memory', async () => {
  const tiles: Record<string, string[]> = {}
  for (let i = 0; i < 4 ** 6; i += 3) {
    const key = i.toString(4).padStart(6, '0')
    tiles[key] = [`/a${i}.tif`, `/shared${i % 50}.tif`]
  }
  const { create, open } = inFolder()
  await create('sqlite:///m.db:many', made({ quadkey_zoom: 6, tiles }))
  const store = await open('sqlite:///m.db:many')
  const memory = await inMemory({ quadkey_zoom: 6, tiles })
  const options = { maxAssets: 10_000 }
  for (const prefixes of [[''], ['0'], ['31', '02'], ['000000'], ['0000001', '3333333'], ['333333']]) {
    expect(await store.assetsFor(prefixes, options)).toEqual(await memory.assetsFor(prefixes, options))
  }
  expect(await store.assetsFor([''], { maxAssets: 9, limit: 5 })).toEqual(
    await memory.assetsFor([''], { maxAssets: 9, limit: 5 }),
  )
  await expect(store.assetsFor([''], { maxAssets: 20 })).rejects.toMatchObject({ status: 413, setting: '--max-assets' })
  for (const [minCol, minRow, maxCol, maxRow] of [
    [0, 0, 63, 63],
    [3, 5, 3, 5],
    [0, 31, 63, 32],
    [17, 2, 19, 61],
    [40, 40, 63, 47],
  ]) {
    const box = { minCol, minRow, maxCol, maxRow }
    expect(await store.assetsIn(box, options)).toEqual(await memory.assetsIn(box, options))
  }
  expect(await assetsForBbox(store, [-20, -20, 30, 40], options)).toEqual(
    await assetsForBbox(memory, [-20, -20, 30, 40], options),
  )
})

test('relative assets lie beside the database, else below the working directory', async () => {
  const { folder, create, open } = inFolder()
  mkdirSync(join(folder, 'db'))
  writeFileSync(join(folder, 'db', 'near.tif'), '')
  writeFileSync(join(folder, 'far.tif'), '')
  await create('sqlite:///db/m.db:m', made({ tiles: { '012': ['near.tif', 'far.tif', 's3://b/c.tif'] } }))
  const store = await open('sqlite:///db/m.db:m')
  expect(await store.assetsFor([''], { maxAssets: 9 })).toEqual([
    join(folder, 'db/near.tif'),
    join(folder, 'far.tif'),
    's3://b/c.tif',
  ])
})

test('without overwrite a mosaic that is there stays as it is', async () => {
  const { create, open } = inFolder()
  await create('sqlite:///m.db:a', made())
  await expect(create('sqlite:///m.db:a', made({ tiles: {} }))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
  expect((await (await open('sqlite:///m.db:a')).document()).tiles).toEqual(made().tiles)
  await create('sqlite:///m.db:b', made({ tiles: { '111': ['/b.tif'] } }))
  await create('sqlite:///m.db:a', made({ tiles: { '222': ['/c.tif'] } }), { overwrite: true })
  expect((await (await open('sqlite:///m.db:a')).document()).tiles).toEqual({ '222': ['/c.tif'] })
  expect((await (await open('sqlite:///m.db:b')).document()).tiles).toEqual({ '111': ['/b.tif'] })
})

test('a write over another revision than was read is refused, and nothing of it stays', async () => {
  const { create, open } = inFolder()
  await create('sqlite:///m.db:m', made())
  const store = await open('sqlite:///m.db:m')
  await store.write(made({ tiles: { '000': ['/first.tif'] } }), { ifRevision: store.revision })
  await expect(store.write(made({ tiles: { '111': ['/second.tif'] } }), { ifRevision: store.revision })).rejects.toMatchObject({
    status: 412,
  })
  expect((await (await open('sqlite:///m.db:m')).document()).tiles).toEqual({ '000': ['/first.tif'] })
})

test('of many writers at once with the same revision one wins', async () => {
  const { create, open } = inFolder()
  await create('sqlite:///m.db:m', made())
  const { revision } = await open('sqlite:///m.db:m')
  const attempts = Array.from({ length: 12 }, (_, i) =>
    create('sqlite:///m.db:m', made({ version: `2.0.${i}`, tiles: { '000': [`/${i}.tif`] } }), { ifRevision: revision }),
  )
  const won = (await Promise.allSettled(attempts)).flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
  expect(won).toHaveLength(1)
  const document = await (await open('sqlite:///m.db:m')).document()
  expect(document).toMatchObject({ version: `2.0.${won[0]}`, tiles: { '000': [`/${won[0]}.tif`] } })
})

test('only rows that differ are written; new ones come, others go', async () => {
  const { folder, create, open } = inFolder()
  await create('sqlite:///m.db:m', made({ tiles: { '000': ['/a.tif'], '001': ['/b.tif'], '002': ['/c.tif'] } }))
  const database = new Sqlite(join(folder, 'm.db'))
  database.exec(
    'CREATE TABLE written (quadkey); CREATE TRIGGER t AFTER UPDATE ON m BEGIN INSERT INTO written VALUES (new.quadkey); END',
  )
  database.close()
  const store = await open('sqlite:///m.db:m')
  await store.write(made({ tiles: { '000': ['/a.tif'], '002': ['/c.tif', '/d.tif'], '333': ['/e.tif'] } }), {
    ifRevision: store.revision,
  })
  expect((await (await open('sqlite:///m.db:m')).document()).tiles).toEqual({
    '000': ['/a.tif'],
    '002': ['/c.tif', '/d.tif'],
    '333': ['/e.tif'],
  })
  expect(new Sqlite(join(folder, 'm.db')).prepare('SELECT quadkey FROM written').pluck().all()).toEqual(['002'])
})

test('the revision is another after a write by anybody, and the same as long as nobody writes', async () => {
  const { folder, context, create, open } = inFolder()
  await create('sqlite:///m.db:m', made())
  const { revision } = await open('sqlite:///m.db:m')
  expect(await sqliteKind.open('sqlite:///m.db:m', context, { ifNot: revision })).toBeUndefined()
  const database = new Sqlite(join(folder, 'm.db'))
  database.exec(`UPDATE m SET assets = '["/z.tif"]'`)
  utimesSync(join(folder, 'm.db'), 1, 1)
  const changed = await sqliteKind.open('sqlite:///m.db:m', context, { ifNot: revision })
  expect(await changed?.assetsFor([''], { maxAssets: 9 })).toEqual(['/z.tif'])
})

test('a deleted mosaic is gone, the others stay', async () => {
  const { create, open } = inFolder()
  await create('sqlite:///m.db:a', made())
  await create('sqlite:///m.db:b', made())
  const store = await open('sqlite:///m.db:a')
  await store.delete()
  await expect(open('sqlite:///m.db:a')).rejects.toMatchObject({ status: 404 })
  await expect(store.delete()).rejects.toMatchObject({ status: 404 })
  await expect(store.assetsFor([''], { maxAssets: 9 })).rejects.toMatchObject({ status: 404 })
  expect((await open('sqlite:///m.db:b')).info.minzoom).toBe(3)
})

test('what is not there is 404, what is no database 422, what lies outside the roots 403', async () => {
  const { folder, open, create } = inFolder()
  await expect(open('sqlite:///absent.db:m')).rejects.toMatchObject({ status: 404 })
  writeFileSync(join(folder, 'text.db'), 'this is a text and not a database '.repeat(100))
  await expect(open('sqlite:///text.db:m')).rejects.toMatchObject({ status: 422, code: 'INVALID_MOSAIC' })
  writeFileSync(join(folder, 'empty.db'), '')
  await expect(open('sqlite:///empty.db:m')).rejects.toMatchObject({ status: 404 })
  const outside = temporaryFolder()
  copyFileSync(cogeoDatabase, join(outside, 'there.db'))
  symlinkSync(join(outside, 'there.db'), join(folder, 'link.db'))
  for (const address of [`sqlite:///${outside}/there.db:fields`, 'sqlite:///link.db:fields', `sqlite:///../${outside}/x.db:m`]) {
    await expect(open(address)).rejects.toMatchObject({ status: 403 })
    await expect(create(address, made(), { overwrite: true })).rejects.toMatchObject({ status: 403 })
  }
})

test('sqlite:///folder/ allows databases below it, and nothing else there', async () => {
  const folder = temporaryFolder()
  copyFileSync(cogeoDatabase, join(folder, 'there.db'))
  const net = createNet({ allow: [`sqlite:///${folder}/`], cwd: '/' })
  const store = await sqliteKind.open(`sqlite:///${folder}/there.db:fields`, { net, cwd: '/', limits: roomy }, {})
  expect(store?.info.name).toBe('fields')
  await expect(net.open(join(folder, 'there.db'))).rejects.toMatchObject({ status: 403 })
})

test('a database of cogeo-mosaic is read without an index, and has one after a write', async () => {
  const { folder, open } = inFolder()
  copyFileSync(cogeoDatabase, join(folder, 'cogeo.db'))
  const store = await open('sqlite:///cogeo.db:fields')
  expect(store).not.toBeInstanceOf(SqliteStore)
  const document = await store.document()
  expect(document).toMatchObject({ mosaicjson: '0.0.3', version: '1.0.3', attribution: 'someone', center: [0, 30, 3] })
  expect(document.tiles).toEqual({ '033': ['a.tif'], '122': ['a.tif', 'b.tif'], '300': ['c.tif'] })
  expect(await store.assetsFor(['12'], { maxAssets: 9 })).toEqual(['https://host/a.tif', 'https://host/b.tif'])
  await store.write({ ...document, extra: 1, tiles: { ...document.tiles, '000': ['d.tif'] } }, { ifRevision: store.revision })
  const again = await open('sqlite:///cogeo.db:fields')
  expect(again).toBeInstanceOf(SqliteStore)
  expect(await again.document()).toEqual({ ...document, extra: 1, tiles: { ...document.tiles, '000': ['d.tif'] } })
})

test('a view, a virtual table and assets that are no list of strings are refused', async () => {
  const { folder, create, open } = inFolder()
  await create('sqlite:///m.db:m', made())
  const database = new Sqlite(join(folder, 'm.db'))
  database.exec(`ALTER TABLE m RENAME TO real_m; CREATE VIEW m AS SELECT quadkey, assets FROM real_m`)
  await expect(open('sqlite:///m.db:m')).rejects.toMatchObject({ status: 404 })
  database.exec(`DROP VIEW m; CREATE VIRTUAL TABLE m USING fts5(quadkey, assets)`)
  await expect(open('sqlite:///m.db:m')).rejects.toMatchObject({ status: 422 })
  database.exec(`DROP TABLE m; ALTER TABLE real_m RENAME TO m`)
  for (const assets of ['not json', '{"a": 1}', '[1]', 'null']) {
    database.prepare('UPDATE m SET assets = ?').run(assets)
    const store = await open('sqlite:///m.db:m')
    await expect(store.assetsFor(['012'], { maxAssets: 9 })).rejects.toMatchObject({ status: 422 })
  }
})

test('a mosaic that does not validate is not written', async () => {
  const { create, open } = inFolder()
  const wrong = [made({ minzoom: -1 }), made({ tiles: { '0124': ['/a.tif'] } }), made({ tiles: { '012': ['/a.tif', 1] } })]
  for (const mosaic of wrong) await expect(create('sqlite:///m.db:m', mosaic)).rejects.toMatchObject({ code: 'INVALID_MOSAIC' })
  await expect(open('sqlite:///m.db:m')).rejects.toMatchObject({ status: 404 })
})

test('a database in another program\u2019s hands is waited for, without stopping the process', async () => {
  const { folder, create, open } = inFolder()
  await create('sqlite:///m.db:m', made())
  const store = await open('sqlite:///m.db:m')
  const other = new Sqlite(join(folder, 'm.db'))
  other.exec('BEGIN EXCLUSIVE')
  let ticks = 0
  const clock = setInterval(() => ticks++, 5)
  const reading = store.assetsFor([''], { maxAssets: 9 })
  const writing = create('sqlite:///m.db:m', made({ tiles: { '111': ['/b.tif'] } }), { overwrite: true })
  await new Promise((resolve) => {
    setTimeout(resolve, 150)
  })
  other.exec('COMMIT')
  expect(await reading).toHaveLength(1)
  await writing
  clearInterval(clock)
  expect(ticks).toBeGreaterThan(5)
})

test('the journal mode opens where nothing can be written', async () => {
  const { folder, create, open } = inFolder()
  await create('sqlite:///m.db:m', made())
  // Bytes 18 and 19 of the header are 1 with a rollback journal, 2 with a write-ahead log.
  expect([...readFileSync(join(folder, 'm.db')).subarray(18, 20)]).toEqual([1, 1])
  chmodSync(join(folder, 'm.db'), 0o444)
  chmodSync(folder, 0o555)
  try {
    expect(await (await open('sqlite:///m.db:m')).assetsFor([''], { maxAssets: 9 })).toEqual(['/a.tif'])
  } finally {
    chmodSync(folder, 0o755)
  }
})

test('what a writer that died in the middle of a commit has left is undone by the next reader', async () => {
  const { folder, create, open } = inFolder()
  const tiles: Record<string, string[]> = {}
  for (let i = 0; i < 4 ** 6; i++) tiles[i.toString(4).padStart(6, '0')] = [`/old/${i}.tif`]
  await create('sqlite:///m.db:m', made({ quadkey_zoom: 6, tiles }))
  const writer = new Sqlite(join(folder, 'm.db'))
  writer.pragma('cache_size = 5')
  writer.exec(`BEGIN; UPDATE m SET assets = '["/new.tif"]'`)
  // As they lie on the disk at this moment: half of the pages are new, the journal knows the old ones.
  copyFileSync(join(folder, 'm.db'), join(folder, 'dead.db'))
  copyFileSync(join(folder, 'm.db-journal'), join(folder, 'dead.db-journal'))
  writer.close()
  expect(readFileSync(join(folder, 'dead.db')).includes('/new.tif')).toBe(true)
  expect((await (await open('sqlite:///dead.db:m')).document()).tiles).toEqual(tiles)
})

test('the document of a store that has been written to since is of one version, members and tiles', async () => {
  const { create, open } = inFolder()
  const address = 'sqlite:///mosaics.db:name'
  const before = {
    mosaicjson: '0.0.3',
    name: 'before',
    minzoom: 1,
    maxzoom: 2,
    bounds: [0, 0, 1, 1],
    tiles: { '1': ['before.tif'] },
  }
  const after = { ...before, name: 'after', tiles: { '1': ['after.tif'] } }
  await create(address, before as unknown as MosaicJSON)
  const store = await open(address)
  await create(address, after as unknown as MosaicJSON, { overwrite: true })
  const { name, tiles } = await store.document()
  expect([name, tiles]).toEqual(['after', { '1': ['after.tif'] }])
})
