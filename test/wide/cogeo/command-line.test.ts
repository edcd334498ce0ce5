import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import type { FootprintProperties } from '../../../src/footprints.ts'
import type { MosaicJSON } from '../../../src/mosaic/document.ts'

const run = promisify(execFile)
const python = process.env.TEST_GDAL ?? join(homedir(), '.cache/smalti/gdal/bin/python')
const root = new URL('../../../', import.meta.url)
const program = fileURLToPath(new URL('src/main.ts', root))
const CLI = 'from cogeo_mosaic.scripts.cli import cogeo_cli; cogeo_cli()'
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'smalti-cogeo-cli-')))
afterAll(() => rmSync(folder, { recursive: true }))

/** Degrees: PROJ there and proj4 here. */
const CLOSE = 1e-8

const fixture = (name: string) => fileURLToPath(new URL(`test/fixtures/${name}.tif`, root))
const names = 'gray-jpeg mosaics/pieces/east mosaics/pieces/west rgb-jpeg-444-mask8 rgb-jpeg-mask rgb-webp-lossless rgb-zstd-p2'
const bytes = [...names.split(' '), 'rgba-webp', 'uint8-deflate-sparse', 'uint8-none-alpha', 'uint8-south-up'].map(fixture)
const others = ['float32-deflate-p3-laea', 'float32-zstd-p3-nan', 'int16-lzw-nodata', 'int16-pixel-is-point'].map(fixture)

/** The same command line of both. */
async function both(argv: (name: string) => readonly string[]) {
  const options = { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') }, maxBuffer: 2 ** 26 }
  const theirs = await run(python, ['-W', 'ignore', '-c', CLI, ...argv('theirs.json')], options)
  const ours = await run(process.execPath, [program, ...argv('ours.json')], options)
  return { theirs: theirs.stdout, ours: ours.stdout }
}

const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as MosaicJSON

function listOf(paths: readonly string[]): string {
  const path = join(folder, 'list.txt')
  writeFileSync(path, paths.join('\n'))
  return path
}

function fresh(): void {
  for (const name of ['theirs.json', 'ours.json']) rmSync(join(folder, name), { force: true })
}

/** All members alike, but for the last digits of places. */
function expectAlike(ours: MosaicJSON, theirs: MosaicJSON): void {
  const { bounds = [], center = [], ...rest } = ours
  const { bounds: theirBounds = [], center: theirCenter = [], ...theirRest } = theirs
  expect(rest).toEqual(theirRest)
  for (const [i, value] of [...theirBounds, ...theirCenter].entries()) {
    expect(Math.abs([...bounds, ...center][i] - value)).toBeLessThan(CLOSE)
  }
}

/** The files of each tile, in no order. */
const sorted = (mosaic: MosaicJSON) =>
  Object.fromEntries(Object.entries(mosaic.tiles).map(([key, files]) => [key, files.toSorted()]))

const propertiesIn = (text: string) =>
  (JSON.parse(text) as { features: { properties: FootprintProperties }[] }).features.map((feature) => feature.properties)

const features = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TileFeature)

describe.skipIf(!existsSync(python) && process.env.CI !== 'true')("beside cogeo-mosaic's command line", () => {
  test.each([
    [],
    ['--quadkey-zoom', '9'],
    ['--minzoom', '5', '--maxzoom', '8', '--quadkey-zoom', '10', '--name', 'n', '--description', 'd', '--attribution', 'a'],
    ['--quadkey-zoom', '8', '--min-tile-cover', '0.2'],
  ])('create %j: the same tiles, lists, zooms, bounds and members', async (...flags) => {
    fresh()
    const list = listOf(bytes)
    await both((name) => ['create', list, '-q', '-o', name, ...flags])
    expectAlike(read('ours.json'), read('theirs.json'))
    expect(Object.keys(read('ours.json').tiles).length).toBeGreaterThan(3)
  })

  test('create --tile-cover-sort: the same files a tile, the first of which covers as much (where several do, theirs takes the last)', async () => {
    fresh()
    const list = listOf([fixture('mosaics/pieces/east'), fixture('rgb-zstd-p2'), fixture('uint8-deflate-sparse')])
    await both((name) => ['create', list, '-q', '-o', name, '--quadkey-zoom', '7', '--tile-cover-sort'])
    expect(sorted(read('ours.json'))).toEqual(sorted(read('theirs.json')))
    expect(read('ours.json').tiles).toEqual(read('theirs.json').tiles)
  })

  test.each([[['--add-first']], [['--add-last']], [['--min-tile-cover', '0.3']]])('update %j', async (flags) => {
    fresh()
    const list = listOf(bytes.slice(0, 3))
    await both((name) => ['create', list, '-q', '-o', name])
    const more = listOf(bytes.slice(3))
    await both((name) => ['update', more, name, '-q', ...flags])
    expectAlike(read('ours.json'), read('theirs.json'))
    expect(read('ours.json').version).toBe('1.0.1')
  })

  test('footprint: outlines, zooms and data types', async () => {
    const list = listOf([...bytes, ...others])
    const { theirs, ours } = await both(() => ['footprint', list, '-q'])
    const mine = propertiesIn(ours)
    for (const [i, { bounds, ...said }] of propertiesIn(theirs).entries()) {
      expect(mine[i]).toMatchObject(said)
      for (const [k, degrees] of bounds.entries()) expect(Math.abs(mine[i].bounds[k] - degrees)).toBeLessThan(CLOSE)
    }
    expect(mine).toHaveLength(bytes.length + others.length)
  })

  test('create-from-features, info and to-geojson say the same', async () => {
    fresh()
    const list = listOf(bytes)
    const { stdout } = await run(process.execPath, [program, 'footprint', list, '-q'], { cwd: folder })
    writeFileSync(join(folder, 'features.json'), stdout)
    const zooms = ['--minzoom', '6', '--maxzoom', '9']
    await both((name) => ['create-from-features', 'features.json', '--property', 'path', ...zooms, '-q', '-o', name])
    expectAlike(read('ours.json'), read('theirs.json'))

    // Both look at theirs.
    const told = await both(() => ['info', 'theirs.json', '--json'])
    expect(JSON.parse(told.ours)).toMatchObject(JSON.parse(told.theirs) as object)
    const tiles = await both(() => ['to-geojson', 'theirs.json'])
    const mine = features(tiles.ours)
    for (const [i, { id, geometry, properties }] of features(tiles.theirs).entries()) {
      expect(mine[i]).toMatchObject({ id, properties })
      for (const [k, [lon, lat]] of geometry.coordinates[0].entries()) {
        const [x, y] = mine[i].geometry.coordinates[0][k]
        expect(Math.hypot(x - lon, y - lat)).toBeLessThan(CLOSE)
      }
    }
    expect(mine.length).toBeGreaterThan(3)
  })
})

interface TileFeature {
  readonly id: string
  readonly geometry: { readonly coordinates: readonly (readonly (readonly [number, number])[])[] }
  readonly properties: Record<string, unknown>
}
