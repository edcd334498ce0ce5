import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
let folder: string

/** The packed package, installed into an empty folder as a user would. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smalti-package-'))
  await run('npm', ['pack', '--pack-destination', folder], { cwd: root })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  await run('bash', ['-c', 'npm install --no-audit --no-fund --prefer-offline ./smalti-*.tgz'], { cwd: folder })
  await cp(join(root, 'test/fixtures/mosaics'), join(folder, 'mosaics'), { recursive: true })
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Blocks on the disk, as people count them. */
const LARGEST_MIB = 250

test('an installation is small', async () => {
  const { stdout } = await run('du', ['-sm', 'node_modules'], { cwd: folder })
  expect(Number.parseInt(stdout, 10)).toBeLessThan(LARGEST_MIB)
})

test('plain JavaScript reads a mosaic, its pixels and a picture of them, and the process ends', async () => {
  await writeFile(
    join(folder, 'use.js'),
    `import { FileBackend, MosaicBackend, fromUrls } from 'smalti'
    {
      await using mosaic = await MosaicBackend('mosaics/mosaic.json')
      const image = await mosaic.part(mosaic.bounds, { maxSize: 64 })
      const picture = await image.encode({ format: 'png' })
      const made = await fromUrls(['mosaics/pieces/west.tif', 'mosaics/pieces/east.tif'])
      console.log(JSON.stringify({
        is: mosaic instanceof FileBackend,
        size: [image.width, image.height, image.bands.length],
        png: Buffer.from(picture.subarray(1, 4)).toString(),
        assets: (await mosaic.assetsForBbox(mosaic.bounds)).length,
        keys: Object.keys(made.tiles).length > 0,
      }))
    }`,
  )
  const { stdout } = await run(process.execPath, ['use.js'], { cwd: folder, timeout: 60_000 })
  expect(JSON.parse(stdout)).toEqual({ is: true, size: [64, 27, 3], png: 'PNG', assets: 2, keys: true })
})

test('plain JavaScript has a backend for every address; mosaics are written, updated, deleted, and large ones read beside', async () => {
  await writeFile(
    join(folder, 'backends.js'),
    `import * as smalti from 'smalti'
    const { MosaicBackend, MemoryBackend, STACBackend } = smalti
    const mosaicDef = { mosaicjson: '0.0.3', version: '1.0.0', minzoom: 3, maxzoom: 9, bounds: [0, 0, 45, 40], tiles: { '122': ['a.tif'] } }
    const ring = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
    const feature = { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: { path: 'new.tif' } }
    const said = {}
    for (const [address, name] of Object.entries({
      'a.json': 'FileBackend', 'file:///a.json.gz': 'FileBackend', 's3://bucket/a?b#c.json': 'S3Backend', 'gs://bucket/a': 'GCSBackend',
      'az://container/a': 'AzureBackend', 'dynamodb:///t': 'DynamoDBBackend', 'sqlite:///a.db:m': 'SQLiteBackend', ':memory:': 'MemoryBackend',
    })) {
      await using mosaic = await MosaicBackend(address, { mosaicDef })
      said[address] = mosaic instanceof smalti[name] && mosaic instanceof smalti.BaseBackend && mosaic.minzoom === 3
    }
    const refusal = (work) => Promise.resolve().then(work).then(() => 'nothing', (error) => error.code ?? error.name)
    said.refused = await Promise.all([
      refusal(() => MosaicBackend('http://127.0.0.1:1/a.json', { mosaicDef })),
      refusal(() => MosaicBackend('stac+http://127.0.0.1:1/search', { mosaicDef })),
      refusal(() => new smalti.HttpBackend('http://127.0.0.1:1/a.json').write()),
      refusal(() => new STACBackend('http://127.0.0.1:1/search', { query: {}, minzoom: 1, maxzoom: 2 }).delete()),
      refusal(() => new STACBackend('http://127.0.0.1:1/search', { query: {}, minzoom: 1, maxzoom: 2, mosaicOptions: { accessor: 'id' } })),
      refusal(() => MosaicBackend('ftp://host/a.json')),
    ])
    await new MemoryBackend({ mosaicDef }).write({ overwrite: true })
    for (const address of ['written.json.gz', 'sqlite:///written.db:m']) {
      await using mosaic = await MosaicBackend(address, { mosaicDef })
      await mosaic.write()
      const again = await refusal(() => mosaic.write())
      await mosaic.update([feature])
      await mosaic.update([feature], { addFirst: false })
      const { tiles } = await mosaic.document()
      const { version } = mosaic.metadata
      await mosaic.delete()
      said[address] = [again, tiles, version, await refusal(() => MosaicBackend(address))]
    }
    const tiles = Object.fromEntries(Array.from({ length: 4 ** 8 }, (_, i) => [i.toString(4).padStart(8, '0'), ['/data/scene-' + i + '.tif']]))
    await using large = await MosaicBackend('large.json', { mosaicDef: { ...mosaicDef, minzoom: 8, tiles } })
    await large.write()
    await using read = await MosaicBackend('large.json')
    said.large = await read.assetsForTile(0, 0, 8)
    console.log(JSON.stringify(said))`,
  )
  const { stdout } = await run(process.execPath, ['backends.js'], { cwd: folder, timeout: 60_000 })
  const { refused, large, 'written.json.gz': file, 'sqlite:///written.db:m': sqlite, ...kinds } = JSON.parse(stdout)
  expect(Object.values(kinds)).toEqual(Array(8).fill(true))
  const readOnly = 'NOT_WRITABLE'
  expect(refused).toEqual([readOnly, readOnly, readOnly, readOnly, 'TypeError', 'INVALID_PARAMETER'])
  const written = ['ALREADY_EXISTS', { '122': ['new.tif', 'a.tif'] }, '1.0.2', 'NOT_FOUND']
  expect([file, sqlite]).toEqual([written, written])
  expect(large).toEqual(['/data/scene-0.tif'])
})

/** The program as the package installs it. */
const smalti = () => join(folder, 'node_modules/.bin/smalti')
const env = () => ({ PATH: process.env.PATH ?? '', XDG_CACHE_HOME: join(folder, 'cache') })

test('the command that it installs: help, a mosaic made and looked at, exit codes', async () => {
  const options = { cwd: folder, env: env() }
  expect((await run(smalti(), ['--help'], options)).stdout).toMatch(/^ {2}create +makes a mosaic/m)
  const flags = ['-o', 'made.json.gz', '--name', 'made', '--json']
  const made = await run(smalti(), ['create', 'mosaics/pieces', ...flags], options)
  expect(JSON.parse(made.stdout)).toMatchObject({ address: 'made.json.gz', assets: 2, failed: [] })
  const { stdout } = await run(smalti(), ['info', 'made.json.gz', '--json'], options)
  expect(JSON.parse(stdout)).toMatchObject({ Profile: { Name: 'made' }, TILES: { 'Nb Files': 2 } })
  await expect(run(smalti(), ['create', 'mosaics/pieces', ...flags], options)).rejects.toMatchObject({ code: 3 })
  await expect(run(smalti(), ['crate'], options)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('create') })
})

test('it serves tiles of what it has made', async () => {
  const child = spawn(smalti(), ['serve', '--port', '0', '--allow', folder], { cwd: folder, env: env() })
  try {
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await expect.poll(() => said, { timeout: 30_000 }).toMatch(/listening on http:\/\/[\d.]+:\d+/)
    const [base] = /http:\/\/[\d.]+:\d+/.exec(said) ?? []
    const picture = await fetch(`${base}/mosaic/6/34/22.png?url=mosaics/mosaic.json`)
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect((await fetch(`${base}/mosaic/map?url=mosaics/mosaic.json`)).status).toBe(200)
  } finally {
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
  }
})

test('an older Node.js is told what is needed', async () => {
  const older = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.11.1"})'
  const program = join(folder, 'node_modules/smalti/dist/src/main.js')
  await expect(run(process.execPath, ['--import', older, program, '--help'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^smalti: Node\.js 24 or later is needed; this is 20\.11\.1/),
  })
})

test('TypeScript sees its types', async () => {
  await writeFile(
    join(folder, 'use.ts'),
    `import { BaseBackend, MosaicBackend, S3Backend, fromFeatures, type MosaicImage, type MosaicJSON } from 'smalti'
    export async function read(address: string): Promise<MosaicImage> {
      await using mosaic: BaseBackend = await MosaicBackend(address, { allow: 'all' })
      if (mosaic instanceof S3Backend) await mosaic.write({ overwrite: true })
      const zoom: number = mosaic.minzoom
      const assets: readonly string[] = await mosaic.assetsForTile(0, 0, zoom)
      const made: MosaicJSON = fromFeatures([], { minzoom: 0, maxzoom: assets.length })
      // @ts-expect-error a zoom is a number
      await mosaic.tile(0, 0, 'deep')
      // @ts-expect-error there is no such selection
      return mosaic.tile(0, 0, made.minzoom, { pixelSelection: 'nicest' })
    }`,
  )
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2024',
        lib: ['es2024', 'esnext.disposable'],
        module: 'nodenext',
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files: ['use.ts'],
    }),
  )
  const outcome = await run(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: folder }).catch(
    (error: unknown) => error as { stdout: string },
  )
  expect(outcome.stdout).toBe('')
})
