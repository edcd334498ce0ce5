import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { parseWorldFile } from '../../src/cog/beside.ts'
import { ChangedError } from '../../src/errors.ts'
import { createNet } from '../../src/net/net.ts'
import { cogsOver, readLevel } from './reading.ts'

// Written by fixtures/make.py with GDAL; expected is what GDAL reads of them.
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url))
const expected = (name: string) => new Uint8Array(readFileSync(join(FIXTURES, name)))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'beside-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (path: string) => cogsOver(createNet({ allow: [FIXTURES, folder], cwd: FIXTURES })).open(path, {})

it('reads overviews (.ovr) and masks (.msk) that lie beside a local file', async () => {
  const cog = await open(join(FIXTURES, 'beside.tif'))
  expect(cog.info.hasMask).toBe(true)
  expect(cog.info.overviews).toEqual([
    { width: 35, height: 25 },
    { width: 18, height: 13 },
  ])
  for (const [level, suffix] of ['', '.1', '.2'].entries()) {
    const { bands, mask, width, height } = await readLevel(cog, level)
    expect(mask).toEqual(expected(`beside.tif${suffix}.mask.bin`))
    const pixels = width * height
    const wanted = expected(`beside.tif${suffix}.bin`)
    expect(bands.map((band) => [...band])).toEqual([[...wanted.subarray(0, pixels)], [...wanted.subarray(pixels)]])
  }
})

it('a file beside that changes is noticed, and the file is opened anew', async () => {
  for (const name of ['beside.tif', 'beside.tif.ovr']) cpSync(join(FIXTURES, name), join(folder, name))
  const path = join(folder, 'beside.tif')
  const cogs = cogsOver(createNet({ allow: [folder], cwd: folder }))
  const cog = await cogs.open(path, {})
  utimesSync(`${path}.ovr`, 1, 1)
  await expect(readLevel(cog, 1)).rejects.toBeInstanceOf(ChangedError)
  expect((await readLevel(await cogs.open(path, {}), 1)).width).toBe(35)
})

it('broken overviews beside a file are left out', async () => {
  copyFileSync(join(FIXTURES, 'beside.tif'), join(folder, 'broken.tif'))
  writeFileSync(join(folder, 'broken.tif.ovr'), 'no tiff')
  expect((await open(join(folder, 'broken.tif'))).info.overviews).toEqual([])
})

it('takes the place from a world file (.tfw), which tells the centre of the first pixel', async () => {
  const { info } = await open(join(FIXTURES, 'world.tif'))
  expect(info.transform).toEqual([10, 0, 500000, 0, -10, 5000000])
  expect(info.crs.unknown).toMatch(/coordinate reference system/)
})

it.each([
  ['2\n0\n0\n-2\n101\n199', [2, 0, 100, 0, -2, 200]],
  ['1,5 0 0 -1,5 0,75 -0,75', [1.5, 0, 0, 0, -1.5, 0]],
  ['1\n0.5\n0.25\n-1\n0\n0', [1, 0.25, -0.625, 0.5, -1, 0.25]],
  ['1\n0\n0\n-1\n5', undefined],
  ['1\n0\n0\nx\n5\n5', undefined],
  ['0\n0\n0\n0\n5\n5', undefined],
])('world file %j', (text, transform) => {
  expect(parseWorldFile(text)).toEqual(transform)
})
