import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostname } from 'node:os'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { temporaryBeside } from '../../src/stores/left-behind.ts'
import { createNet } from '../../src/net/net.ts'
import { writeMosaicFile } from '../../src/stores/file-store.ts'
import { storeKindOf } from '../../src/stores/registry.ts'
import type { MosaicStore } from '../../src/stores/store.ts'
import { made, roomy } from '../mosaic/made-mosaic.ts'
import { temporaryFolder } from '../net/temporary-folder.ts'

async function openFile(address: string, cwd: string, allow = [cwd]): Promise<MosaicStore> {
  const context = { net: createNet({ allow, cwd }), cwd, limits: roomy }
  const store = await storeKindOf(address).open(address, context, {})
  if (!store) throw new Error('no store')
  return store
}

const assetsOf = (store: MosaicStore) => store.assetsFor([''], { maxAssets: 100 })
const write = (path: string, members: Record<string, unknown> = {}) => writeFileSync(path, JSON.stringify(made(members)))

test('a document is opened by path, relative path and file: URL', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a mosaic #1?.json')
  write(path)
  for (const address of [path, 'a mosaic #1?.json', './a mosaic #1?.json', pathToFileURL(path).href]) {
    expect(await assetsOf(await openFile(address, folder))).toEqual(['/a.tif'])
  }
})

test('absolute assets stay as they are written', async () => {
  const folder = temporaryFolder()
  const assets = ['/data//x/../a.tif', 'https://host/a%20b.tif?sig=x', 's3://bucket/a b?.tif', '/vsicurl/https://host/a.tif']
  write(join(folder, 'm.json'), { tiles: { '012': assets } })
  expect(await assetsOf(await openFile('m.json', folder))).toEqual(assets)
})

test('a relative asset is looked for beside the document, then below the working directory', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'mosaics'))
  for (const name of ['mosaics/beside.tif', 'below.tif', 'mosaics/both.tif', 'both.tif']) writeFileSync(join(folder, name), 'x')
  write(join(folder, 'mosaics/m.json'), {
    tiles: { '012': ['beside.tif', 'below.tif', 'both.tif', 'nowhere.tif', './beside.tif'] },
  })
  const names = ['mosaics/beside.tif', 'below.tif', 'mosaics/both.tif', 'mosaics/nowhere.tif', 'mosaics/beside.tif']
  expect(await assetsOf(await openFile('mosaics/m.json', folder))).toEqual(names.map((name) => join(folder, name)))
})

test('whether a file outside the allowed folders is there cannot be found out', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'open'))
  writeFileSync(join(folder, 'secret.tif'), 'x')
  write(join(folder, 'open/m.json'), { tiles: { '012': ['secret.tif', 'absent.tif'] } })
  const store = await openFile('open/m.json', folder, [join(folder, 'open')])
  expect(await assetsOf(store)).toEqual([join(folder, 'open/secret.tif'), join(folder, 'open/absent.tif')])
})

test('asset_prefix comes before everything else', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'cogs'))
  writeFileSync(join(folder, 'cogs/a.tif'), 'x')
  write(join(folder, 'relative.json'), { asset_prefix: 'cogs/', tiles: { '012': ['a.tif'] } })
  write(join(folder, 'absolute.json'), { asset_prefix: 's3://bucket/x', tiles: { '012': ['/a.tif'] } })
  expect(await assetsOf(await openFile('relative.json', folder))).toEqual([join(folder, 'cogs/a.tif')])
  expect(await assetsOf(await openFile('absolute.json', folder))).toEqual(['s3://bucket/x/a.tif'])
})

test('the document comes back with its assets as they were read', async () => {
  const folder = temporaryFolder()
  const document = made({ asset_prefix: 'cogs/', my_key: 1, tiles: { '012': ['a.tif'] } })
  writeFileSync(join(folder, 'm.json'), JSON.stringify(document))
  const store = await openFile('m.json', folder)
  await assetsOf(store)
  expect(await store.document()).toEqual(document)
})

test('a document outside the allowed folders is refused, an absent one not found', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'open'))
  write(join(folder, 'm.json'))
  await expect(openFile('m.json', folder, [join(folder, 'open')])).rejects.toMatchObject({ status: 403 })
  await expect(openFile('open/../m.json', folder, [join(folder, 'open')])).rejects.toMatchObject({ status: 403 })
  await expect(openFile('open/absent.json', folder, [join(folder, 'open')])).rejects.toMatchObject({ status: 404 })
})

test('what is written is read again, packed if its name ends with .gz', async () => {
  const folder = temporaryFolder()
  const document = made({ name: 'Written', my_key: [1] })
  for (const name of ['m.json', 'm.json.gz']) {
    await writeMosaicFile(join(folder, name), document, {})
    expect(await (await openFile(name, folder)).document()).toEqual(document)
  }
  expect(JSON.parse(gunzipSync(readFileSync(join(folder, 'm.json.gz'))).toString())).toEqual(document)
})

test('a file that is there is replaced only on request, and nothing is left behind', async () => {
  const folder = temporaryFolder()
  write(join(folder, 'm.json'), { name: 'old' })
  const store = await openFile('m.json', folder)
  await expect(store.write(made({ name: 'new' }), {})).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
  expect((await openFile('m.json', folder)).info.name).toBe('old')
  await store.write(made({ name: 'new' }), { overwrite: true })
  expect((await openFile('m.json', folder)).info.name).toBe('new')
  expect(readdirSync(folder)).toEqual(['m.json'])
  await store.delete()
  expect(readdirSync(folder)).toEqual([])
})

test('of writers over the same revision one wins, and every one that replaces is in turn', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'm.json')
  write(path)
  for (let round = 0; round < 5; round++) {
    const { revision } = await openFile(path, folder)
    const attempts = Array.from({ length: 8 }, (_, i) =>
      writeMosaicFile(path, made({ name: `${round}-${i}` }), { ifRevision: revision }),
    )
    const results = await Promise.allSettled(attempts)
    const winner = results.findIndex(({ status }) => status === 'fulfilled')
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused.map(({ code }) => code)).toEqual(Array(7).fill('PRECONDITION_FAILED'))
    expect((await openFile(path, folder)).info.name).toBe(`${round}-${winner}`)
  }
  await Promise.all(Array.from({ length: 8 }, (_, i) => writeMosaicFile(path, made({ name: `${i}` }), { overwrite: true })))
  expect(readdirSync(folder)).toEqual(['m.json'])
})

test('the lock of a writer that died is taken away', async () => {
  const folder = temporaryFolder()
  write(join(folder, 'm.json'))
  writeFileSync(join(folder, '.m.json.lock'), '')
  await writeMosaicFile(join(folder, 'm.json'), made({ name: 'new' }), { overwrite: true })
  expect((await openFile('m.json', folder)).info.name).toBe('new')
  expect(readdirSync(folder)).toEqual(['m.json'])
})

test('temporary files of writers that died are removed by the next, those of living ones are not', async () => {
  const folder = temporaryFolder()
  const dead = spawnSync(process.execPath, ['-e', 'console.log(process.pid)']).stdout.toString().trim()
  const own = temporaryBeside(join(folder, 'm.json')).split('/').at(-1) ?? ''
  const others = [own, own.replace(hostname(), 'elsewhere'), '.m.json.notes', '.other.json.x-1-0123456789ab']
  for (const name of [own.replace(`-${process.pid}-`, `-${dead}-`), ...others]) writeFileSync(join(folder, name), 'x')
  await writeMosaicFile(join(folder, 'm.json'), made(), {})
  expect(readdirSync(folder).toSorted()).toEqual([...others, 'm.json'].toSorted())
})

test('a name may be as long as names may be', async () => {
  const folder = temporaryFolder()
  const path = join(folder, `${'\u6771'.repeat(80)}.json`)
  await writeMosaicFile(path, made({ name: 'long' }), {})
  await writeMosaicFile(path, made({ name: 'longer' }), { overwrite: true })
  expect((await openFile(path, folder)).info.name).toBe('longer')
})

test('what is replaced gives its mode; a link stays one, and what it leads to is written', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'real'))
  write(join(folder, 'real/m.json'))
  chmodSync(join(folder, 'real/m.json'), 0o640)
  symlinkSync('real/m.json', join(folder, 'link.json'))
  const store = await openFile('link.json', folder)
  await store.write(made({ name: 'new' }), { ifRevision: store.revision })
  expect(lstatSync(join(folder, 'link.json')).isSymbolicLink()).toBe(true)
  expect(statSync(join(folder, 'real/m.json')).mode & 0o777).toBe(0o640)
  expect((await openFile('real/m.json', folder)).info.name).toBe('new')
})

test('nothing is written outside the allowed folders, through a link neither', async () => {
  const folder = temporaryFolder()
  for (const name of ['open', 'closed']) mkdirSync(join(folder, name))
  write(join(folder, 'closed/m.json'))
  symlinkSync('../closed/m.json', join(folder, 'open/out.json'))
  symlinkSync('../closed/none.json', join(folder, 'open/nowhere.json'))
  const context = { net: createNet({ allow: [join(folder, 'open')], cwd: folder }), cwd: folder, limits: roomy }
  const create = async (address: string) => storeKindOf(address).create?.(address, made(), context, { overwrite: true })
  for (const address of ['closed/new.json', 'closed/m.json', 'open/../new.json', 'open/out.json', 'open/nowhere.json']) {
    await expect(create(address), address).rejects.toMatchObject({ status: 403 })
  }
  await expect(create('open/absent/m.json')).rejects.toMatchObject({ status: 404 })
  await create('open/new.json')
  expect(readdirSync(join(folder, 'open')).toSorted()).toEqual(['new.json', 'nowhere.json', 'out.json'])
  expect(readdirSync(join(folder, 'closed'))).toEqual(['m.json'])
})

test('readers see the old document or the new one, never a part', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'm.json')
  const documents = ['a', 'b'].map((name) => made({ name, filler: name.repeat(2_000_000) }))
  await writeMosaicFile(path, documents[0], {})
  const progress = { writing: true }
  const writes = (async () => {
    for (let i = 1; i <= 20; i++) await writeMosaicFile(path, documents[i % 2], { overwrite: true })
    progress.writing = false
  })()
  const seen = new Set<string>()
  while (progress.writing) {
    const { members, name } = (await openFile(path, folder)).info
    expect(members['filler']).toBe(String(name).repeat(2_000_000))
    seen.add(String(name))
  }
  await writes
  expect(seen).toEqual(new Set(['a', 'b']))
})

test('quadkeys are listed in order', async () => {
  const folder = temporaryFolder()
  write(join(folder, 'm.json'), { tiles: { '320': [], '012': [], '100': [] } })
  const keys: string[] = []
  for await (const key of (await openFile('m.json', folder)).quadkeys()) keys.push(key)
  expect(keys).toEqual(['012', '100', '320'])
})

test('an error repeats the address as it was given, not where the server’s files lie', async () => {
  const folder = temporaryFolder()
  await expect(openFile('absent.json', folder)).rejects.toThrow(/^absent\.json was not found$/)
})
