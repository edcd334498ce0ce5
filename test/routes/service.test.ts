import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ConfigError, parseConfig } from '../../src/config.ts'
import { answer, mosaicUrl, testingApp } from './testing-app.ts'

const GRID = {
  id: 'OwnGrid',
  crs: 'EPSG:3857',
  orderedAxes: ['X', 'Y'],
  tileMatrices: [
    {
      id: '0',
      scaleDenominator: 1e6,
      cellSize: 280,
      pointOfOrigin: [0, 1_000_000],
      tileWidth: 128,
      tileHeight: 128,
      matrixWidth: 3,
      matrixHeight: 3,
    },
  ],
}

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'smalti-tms-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function starting(folder: string) {
  return () => parseConfig(['--tile-matrix-sets', folder], {})
}

test('tile matrix sets: the list leads to the definitions', async () => {
  const { app } = await testingApp()
  const { tileMatrixSets } = (await app.inject('/tileMatrixSets')).json<{
    tileMatrixSets: { id: string; links: { href: string }[] }[]
  }>()
  expect(tileMatrixSets.map(({ id }) => id)).toEqual(expect.arrayContaining(['WebMercatorQuad', 'GNOSISGlobalGrid']))
  for (const { id, links } of tileMatrixSets) {
    const definition = (await app.inject(new URL(links[0].href).pathname)).json<{ id: string; tileMatrices: unknown[] }>()
    expect(definition.id).toBe(id)
    expect(definition.tileMatrices.length).toBeGreaterThan(0)
  }
  expect((await app.inject('/tileMatrixSets/NoSuchGrid')).statusCode).toBe(422)
})

test('algorithms: the list leads to what each one takes', async () => {
  const { app } = await testingApp()
  const { algorithms } = (await app.inject('/algorithms')).json<{ algorithms: { id: string; links: { href: string }[] }[] }>()
  expect(algorithms).toHaveLength(18)
  for (const { links } of algorithms) {
    const description = (await app.inject(new URL(links[0].href).pathname)).json()
    expect(Object.keys(description).toSorted()).toEqual(['description', 'inputs', 'outputs', 'parameters', 'title'])
  }
  expect((await app.inject('/algorithms/magic')).statusCode).toBe(422)
})

test('conformance names the classes of OGC API Tiles', async () => {
  const { app } = await testingApp()
  expect((await app.inject('/conformance')).json()).toMatchObject({
    conformsTo: expect.arrayContaining(['http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core']),
  })
})

test('tile matrix sets of a folder are served with the others, and tiles have their size', async () => {
  const folder = folderWith({ 'own.json': JSON.stringify(GRID), 'notes.txt': 'not a grid' })
  const sizes: number[] = []
  const { app } = await testingApp({
    argv: ['--tile-matrix-sets', folder],
    tile: async (request) => {
      sizes.push(request.size)
      return answer()
    },
  })
  expect((await app.inject('/tileMatrixSets/OwnGrid')).json()).toMatchObject({ id: 'OwnGrid', crs: 'EPSG:3857' })
  const statuses: number[] = []
  for (const tile of ['OwnGrid/0/2/2', 'OwnGrid/0/0/0@2x', 'OwnGrid/1/0/0', 'WebMercatorQuad/1/0/0'])
    statuses.push((await app.inject(`/mosaic/tiles/${tile}?url=${encodeURIComponent(mosaicUrl)}`)).statusCode)
  expect(statuses).toEqual([200, 200, 404, 200])
  expect(sizes).toEqual([128, 256, 256])
})

test('a folder with a wrong definition ends the start, with the file and the reason', () => {
  expect(starting(folderWith({ 'a.json': '{' }))).toThrow(ConfigError)
  expect(starting(folderWith({ 'a.json': '{"id": 4}' }))).toThrow(/--tile-matrix-sets: .*a\.json: id: must be a text/)
  expect(starting(folderWith({ 'a.txt': '' }))).toThrow(/no \.json file/)
  expect(starting('/no/such/folder')).toThrow(ConfigError)
})
