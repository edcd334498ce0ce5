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
