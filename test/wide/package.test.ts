import { execFile } from 'node:child_process'
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
