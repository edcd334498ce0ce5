import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fromFeatures } from '../../src/mosaic/create.ts'
import type { MosaicFeature } from '../../src/mosaic/footprint.ts'
import { east, ownFolder, smalti, west } from './testing-cli.ts'

const square = (x: number) => ({
  type: 'Polygon' as const,
  coordinates: [
    [
      [x, 0],
      [x + 1, 0],
      [x + 1, 1],
      [x, 1],
      [x, 0],
    ],
  ],
})
const features: readonly MosaicFeature[] = [0, 1].map((x) => ({
  type: 'Feature',
  id: `item-${x}`,
  geometry: square(x),
  properties: { path: `${x}.tif`, 'with.dot': `${x}.dot.tif` },
  assets: { B01: { href: `https://host/${x}.tif` } },
}))
const zooms = ['--minzoom', '7', '--maxzoom', '9']
const collection = JSON.stringify({ type: 'FeatureCollection', features })

test.each([
  ['a FeatureCollection', collection],
  ['an array', JSON.stringify(features, undefined, 2)],
  ['a feature a line', features.map((feature) => JSON.stringify(feature)).join('\n\n')],
  ['a sequence with record separators', features.map((feature) => `\u001E${JSON.stringify(feature)}\n`).join('')],
])('%s', async (_, stdin) => {
  const { code, stdout } = await smalti(['create-from-features', '-p', 'path', ...zooms], { cwd: ownFolder(), stdin })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual(fromFeatures(features, { minzoom: 7, maxzoom: 9 }))
})

test.each([
  ['path', '0.tif'],
  ['properties.path', '0.tif'],
  ['with.dot', '0.dot.tif'],
  ['assets.B01.href', 'https://host/0.tif'],
])('--property %s gives %s', async (path, asset) => {
  const cwd = ownFolder()
  writeFileSync(join(cwd, 'f.geojson'), collection)
  const line = ['create-from-features', 'f.geojson', '--property', path, ...zooms, '-o', 'm.json', '--json']
  expect(await smalti(line, { cwd })).toMatchObject({ code: 0, stderr: '' })
  expect((await smalti(['to-geojson', 'm.json'], { cwd })).stdout).toContain(`"assets":["${asset}"`)
})

test.each([
  [['-p', 'path', '--minzoom', '7'], collection, 2, '--maxzoom is needed'],
  [[...zooms], collection, 2, '--property is needed'],
  [['-p', 'path', '--minzoom', '9', '--maxzoom', '7'], collection, 2, '--minzoom is above --maxzoom'],
  [['-p', 'path', ...zooms], '', 2, 'there is no feature in the input'],
  [['-p', 'path', ...zooms], '{"type":"Feature"}\nno', 2, 'line 2 of the features is not JSON'],
  [['-p', 'path', ...zooms], '{"type":"Topology"}', 2, 'not a GeoJSON feature: {"type":"Topology"}'],
  [['-p', 'paht', ...zooms], collection, 1, 'the feature "item-0" has no text at paht'],
  [['-p', 'path', ...zooms], '{"type":"Feature","properties":{"path":"a"},"geometry":null}', 1, 'features[0].geometry'],
] as const)('%j of %s ends with %d: %s', async (flags, stdin, code, message) => {
  const outcome = await smalti(['create-from-features', ...flags], { cwd: ownFolder(), stdin })
  expect([outcome.code, outcome.stdout, outcome.stderr]).toEqual([code, '', expect.stringContaining(message)])
})

test('footprint and create-from-features make what create makes', async () => {
  const cwd = ownFolder()
  expect((await smalti(['footprint', west, east, '-o', 'f.geojson'], { cwd })).code).toBe(0)
  const created = await smalti(['create', west, east], { cwd })
  const { minzoom, maxzoom } = JSON.parse(created.stdout) as Record<string, number>
  const line = ['create-from-features', 'f.geojson', '-p', 'path', '--minzoom', String(minzoom), '--maxzoom', String(maxzoom)]
  expect(JSON.parse((await smalti(line, { cwd })).stdout)).toEqual(JSON.parse(created.stdout))
})

test('footprint writes nothing over a file, and names what it could not read', async () => {
  const cwd = ownFolder()
  const line = ['footprint', west, 'none.tif', '-o', 'f.geojson', '--json']
  const first = await smalti(line, { cwd })
  expect(first.code).toBe(4)
  expect(JSON.parse(first.stdout)).toMatchObject({ address: 'f.geojson', features: 1, failed: [{ path: 'none.tif' }] })
  expect(await smalti(line, { cwd })).toMatchObject({ code: 3, stdout: '' })
  expect(await smalti([...line, '--force'], { cwd })).toMatchObject({ code: 4 })
})
