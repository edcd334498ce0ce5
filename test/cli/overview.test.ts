import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ownFolder, smalti } from './testing-cli.ts'

const fixtures = fileURLToPath(new URL('../fixtures/mosaics/', import.meta.url))

/** A folder with a mosaic of two pieces. */
async function folderWithMosaic(): Promise<string> {
  const folder = await ownFolder()
  await cp(join(fixtures, 'pieces'), join(folder, 'pieces'), { recursive: true })
  await cp(join(fixtures, 'mosaic.json'), join(folder, 'mosaic.json'))
  return folder
}

async function memberIn(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, 'mosaic.json'), 'utf8'))['smalti:overview']
}

test('overview makes the file, links it and says what it is; a second one is refused unless it is forced', async () => {
  const folder = await folderWithMosaic()
  const line = ['overview', 'mosaic.json', '-o', 'overview.tif']
  const first = await smalti([...line, '--json'], { cwd: folder })
  expect(first.code).toBe(0)
  const result = JSON.parse(first.stdout)
  expect(result).toMatchObject({ address: join(folder, 'overview.tif'), maxzoom: 5, skipped: [], linked: true })
  expect((await stat(join(folder, 'overview.tif'))).size).toBe(result.bytes)
  expect(await memberIn(folder)).toEqual({ href: 'overview.tif', maxzoom: 5, revision: result.revision })
  const second = await smalti(line, { cwd: folder })
  expect([second.code, second.stderr]).toEqual([3, expect.stringContaining('--force replaces it')])
  const forced = await smalti([...line, '--force', '--zoom', '7', '--max-size', '300'], { cwd: folder })
  expect([forced.code, forced.stderr]).toEqual([0, expect.stringContaining('for zooms up to 5')])
})

test('with --no-link the mosaic stays as it is; --href says another address', async () => {
  const folder = await folderWithMosaic()
  const before = await readFile(join(folder, 'mosaic.json'))
  expect((await smalti(['overview', 'mosaic.json', '-o', 'a.tif', '--no-link', '-q'], { cwd: folder })).code).toBe(0)
  expect(await readFile(join(folder, 'mosaic.json'))).toEqual(before)
  const href = 'https://example.org/b.tif'
  expect((await smalti(['overview', 'mosaic.json', '-o', 'b.tif', '--href', href, '-q'], { cwd: folder })).code).toBe(0)
  expect(await memberIn(folder)).toMatchObject({ href })
})

test('an image that cannot be read ends it with 1, and is named; with --on-error skip it ends with 4', async () => {
  const folder = await folderWithMosaic()
  await writeFile(join(folder, 'pieces/east.tif'), 'no TIFF')
  const line = ['overview', 'mosaic.json', '-o', 'overview.tif']
  const failed = await smalti(line, { cwd: folder })
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('east.tif')])
  expect(await readdir(folder)).not.toContain('overview.tif')
  const skipped = await smalti([...line, '--on-error', 'skip'], { cwd: folder })
  expect([skipped.code, skipped.stderr]).toEqual([4, expect.stringMatching(/left out: .*east\.tif/)])
  expect((await readdir(folder)).filter((name) => name.startsWith('overview'))).toEqual(['overview.tif'])
})

test.each([
  [['overview', 'mosaic.json'], 2, '--output is needed'],
  [['overview', 'mosaic.json', '-o', 'a.tif', '--resampling', 'best'], 2, '--resampling'],
  [['overview', 'absent.json', '-o', 'a.tif'], 1, 'absent.json was not found'],
  [['overview', 'mosaic.json', '-o', 'absent/a.tif'], 1, 'is not a folder'],
  [['overview', 'mosaic.json', '-o', 'https://example.org/a.tif'], 1, 'https:// cannot be written'],
])('%j ends with %i: %s', async (line, code, message) => {
  const folder = await folderWithMosaic()
  const answer = await smalti(line, { cwd: folder })
  expect([answer.code, answer.stderr]).toEqual([code, expect.stringContaining(message)])
})
