import { readFileSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { MosaicJSON } from '../../src/mosaic/document.ts'
import { east, ownFolder, smalti, west } from './testing-cli.ts'

const fixture = fileURLToPath(new URL('../fixtures/mosaics/mosaic.json', import.meta.url))
const unknownMembers = fileURLToPath(new URL('../fixtures/mosaics/mosaic-unknown-members.json', import.meta.url))
const documentIn = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as MosaicJSON

/** Assets of the first tile that has two. */
const shared = (path: string) => Object.values(documentIn(path).tiles).find((assets) => assets.length === 2)

describe('info', () => {
  test('has the names of cogeo-mosaic', async () => {
    const { stdout } = await smalti(['info', fixture, '--json'])
    expect(JSON.parse(stdout)).toEqual({
      Path: fixture,
      Backend: 'File',
      'File Size': readFileSync(fixture).length,
      Compressed: false,
      Profile: {
        MosaicJSON: '0.0.3',
        Version: '1.0.0',
        Name: 'two pieces',
        Description: null,
        Attribution: 'made by scripts/fixtures',
      },
      GEO: {
        TileMatrixSet: 'WebMercatorQuad',
        BoundingBox: [10, 48.5, 13.6, 50],
        Center: [11.8, 49.25, 5],
        'Min Zoom': 5,
        'Max Zoom': 8,
        'QuadKey Zoom': 6,
      },
      TILES: { 'Nb Tiles': 4, 'Nb Files': 2, 'Min Files': 1, 'Max Files': 2, 'Mean Files': 1.5 },
    })
  })

  test('is a table for people', async () => {
    const { stdout } = await smalti(['info', fixture])
    expect(stdout).toMatch(/^Backend: +File$/m)
    expect(stdout).toMatch(/^ {4}BoundingBox: +10, 48\.5, 13\.6, 50$/m)
    expect(stdout).toMatch(/^ {4}Description: +-$/m)
  })

  test('shows nothing that a terminal would obey', async () => {
    const cwd = ownFolder()
    writeFileSync(join(cwd, 'm.json'), JSON.stringify({ ...documentIn(fixture), name: 'red \u001B[31m' }))
    expect((await smalti(['info', 'm.json'], { cwd })).stdout).toContain('red \uFFFD[31m')
  })

  test('of a mosaic that is not there is 1', async () => {
    const outcome = await smalti(['info', 'none.json'], { cwd: ownFolder() })
    expect(outcome).toEqual({ code: 1, stdout: '', stderr: 'smalti info: none.json was not found\n' })
  })
})

test('to-geojson: a feature a line, or one collection; the same features, with the corners of the tiles', async () => {
  const lines = (await smalti(['to-geojson', fixture])).stdout.trim().split('\n')
  const features = lines.map((line) => JSON.parse(line) as Record<string, never>)
  const { tiles } = documentIn(fixture)
  expect(features.map(({ properties }) => properties)).toEqual(
    Object.entries(tiles).map(([quadkey, assets]) => ({ quadkey, nb_assets: assets.length, assets })),
  )
  expect(features[0].id).toMatch(/^Tile\(x=\d+, y=\d+, z=6\)$/)
  const collection = await smalti(['to-geojson', fixture, '--collect'])
  expect(JSON.parse(collection.stdout)).toEqual({ type: 'FeatureCollection', features })
  expect((await smalti(['to-geojson', fixture, '--collect', '--features'])).code).toBe(2)
})

describe('validate', () => {
  test.each([
    ['a file', [fixture], ''],
    ['stdin', [], readFileSync(fixture, 'utf8')],
    ['an address', [`file://${fixture}`], ''],
  ])('%s that is valid: 0', async (_, words, stdin) => {
    const { code, stdout } = await smalti(['validate', ...words], { stdin })
    expect([code, stdout]).toEqual([0, 'valid: 2 files on 4 tiles of zoom 6\n'])
  })

  test('what is wrong and where: 1', async () => {
    const stdin = '{"mosaicjson":"0.0.3","minzoom":2,"maxzoom":3,"tiles":{"01":["a"],"0x":["b"]}}'
    const outcome = await smalti(['validate', '-'], { stdin })
    expect([outcome.code, outcome.stdout, outcome.stderr]).toEqual([1, '', expect.stringContaining('"0x"')])
    const json = await smalti(['validate', '-', '--json'], { stdin })
    expect([json.code, json.stderr]).toEqual([1, ''])
    expect(JSON.parse(json.stdout)).toEqual({ valid: false, code: 'INVALID_MOSAIC', message: expect.stringContaining('"0x"') })
  })

  test('a file that is not there is wrong use', async () => {
    expect(await smalti(['validate', 'none.json'])).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') })
  })
})

describe('upload', () => {
  test.each([
    ['FILE ADDRESS', [unknownMembers, 'new.json']],
    ['FILE --url ADDRESS', [unknownMembers, '--url', 'new.json']],
    ['--file FILE ADDRESS', ['--file', unknownMembers, 'new.json']],
    ['--url ADDRESS, from stdin', ['--url', 'new.json']],
    ['ADDRESS, from stdin', ['new.json']],
  ])('%s: the same document, unknown members too', async (_, words) => {
    const cwd = ownFolder()
    const stdin = words.includes(unknownMembers) ? '' : readFileSync(unknownMembers, 'utf8')
    expect(await smalti(['upload', ...words], { cwd, stdin })).toMatchObject({ code: 0 })
    expect(documentIn(join(cwd, 'new.json'))).toEqual(documentIn(unknownMembers))
    expect(await smalti(['upload', ...words], { cwd, stdin })).toMatchObject({ code: 3 })
    expect(await smalti(['upload', ...words, '--force'], { cwd, stdin })).toMatchObject({ code: 0 })
  })

  test('a packed document, and one that is not valid, of which nothing is stored', async () => {
    const cwd = ownFolder()
    writeFileSync(join(cwd, 'm.json.gz'), gzipSync(readFileSync(fixture)))
    expect((await smalti(['upload', 'm.json.gz', 'sqlite:///m.db:packed', '-q'], { cwd })).code).toBe(0)
    expect((await smalti(['info', 'sqlite:///m.db:packed', '--json'], { cwd })).stdout).toContain('"two pieces"')
    writeFileSync(join(cwd, 'bad.json'), '{}')
    expect((await smalti(['upload', 'bad.json', 'sqlite:///m.db:bad'], { cwd })).code).toBe(1)
    expect((await smalti(['info', 'sqlite:///m.db:bad'], { cwd })).code).toBe(1)
  })

  test.each([
    [[], 'ADDRESS is needed'],
    [['a', 'b', 'c'], 'unexpected argument "c"'],
    [['a', 'b', '--url', 'c'], 'unexpected argument "b"'],
  ])('%j is wrong use: %s', async (words, message) => {
    expect(await smalti(['upload', ...words])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
  })
})

describe('update', () => {
  test.each([
    [
      ['list.txt', 'm.json'],
      [east, west],
    ],
    [
      ['-', 'm.json'],
      [east, west],
    ],
    [['m.json'], [east, west]],
    [
      ['m.json', east],
      [east, west],
    ],
    [
      [east, 'm.json', '--add-first'],
      [east, west],
    ],
    [
      [east, 'm.json', '--add-last'],
      [west, east],
    ],
  ])('%j: the assets of a tile are in this order', async (words, order) => {
    const cwd = ownFolder()
    writeFileSync(join(cwd, 'list.txt'), east)
    await smalti(['create', west, '-o', 'm.json', '--name', 'kept'], { cwd })
    const { code, stdout } = await smalti(['update', ...words, '--json'], { cwd, stdin: east })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      address: 'm.json',
      version: '1.0.1',
      bounds: [10, 48.5, 13.6, 50],
      added: 1,
      failed: [],
    })
    expect(shared(join(cwd, 'm.json'))).toEqual(order)
    expect(documentIn(join(cwd, 'm.json'))).toMatchObject({ name: 'kept', version: '1.0.1' })
  })

  test.each(['m.json', 'sqlite:///m.db:one'])('several at once on %s lose nothing', async (address) => {
    const cwd = ownFolder()
    const images = ['a', 'b', 'c', 'd'].map((name) => join(cwd, `${name}.tif`))
    for (const image of images) await cp(west, image)
    await smalti(['create', west, '-o', address], { cwd })
    const codes = await Promise.all(images.map(async (image) => (await smalti(['update', image, address], { cwd })).code))
    expect(codes).toEqual([0, 0, 0, 0])
    const { stdout } = await smalti(['to-geojson', address], { cwd })
    const tile = JSON.parse(stdout.split('\n')[0]) as { properties: { assets: string[] } }
    expect(tile.properties.assets.toSorted()).toEqual([west, ...images].toSorted())
  })

  test('without a mosaic, or without an image that can be read, nothing is written', async () => {
    const cwd = ownFolder()
    expect(await smalti(['update', 'http://127.0.0.1:1/a.tif', 'm.json'], { cwd })).toMatchObject({
      code: 1,
      stderr: 'smalti update: m.json was not found\n',
    })
    await smalti(['create', west, '-o', 'm.json'], { cwd })
    expect(await smalti(['update', 'none.tif', 'm.json'], { cwd })).toMatchObject({ code: 1 })
    expect(documentIn(join(cwd, 'm.json')).version).toBe('1.0.0')
  })
})
