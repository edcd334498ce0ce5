import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { bandOf, type CogOptions, writeCog } from '../../scripts/fixtures/cog-writer.ts'
import { quadkey } from '../../src/grid/quadkey.ts'
import { tileAt, tileMatrixSet } from '../../src/grid/tms.ts'
import type { MosaicJSON } from '../../src/index.ts'

const fixtures = fileURLToPath(new URL('../fixtures/mosaics/', import.meta.url))

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'smalti-overview-'))
  folders.push(folder)
  return folder
}

/** A copy of the mosaic of two pieces of test/fixtures; its path. */
export async function twoPieces(): Promise<string> {
  const folder = await temporaryFolder()
  await cp(join(fixtures, 'pieces'), join(folder, 'pieces'), { recursive: true })
  await cp(join(fixtures, 'mosaic.json'), join(folder, 'mosaic.json'))
  return join(folder, 'mosaic.json')
}

/** A mosaic of one file of 300 x 300 pixels around 10 E, 50 N, 0.01 degrees each; its path. */
export async function onePiece(options: Partial<CogOptions> & Pick<CogOptions, 'bands'>): Promise<string> {
  const folder = await temporaryFolder()
  const place = { crs: { epsg: 4326 }, transform: [0.01, 0, 8.5, 0, -0.01, 51.5] } as const
  await writeCog(join(folder, 'a.tif'), { width: 300, height: 300, ...place, ...options })
  const web = tileMatrixSet('WebMercatorQuad')
  const tiles: Record<string, string[]> = {}
  for (const lon of [8.6, 10, 11.4]) {
    for (const lat of [48.6, 50, 51.4]) {
      const { x, y } = tileAt(web, lon, lat, 7)
      tiles[quadkey(x, y, 7)] = ['a.tif']
    }
  }
  const bounds = [8.5, 48.5, 11.5, 51.5]
  const path = join(folder, 'mosaic.json')
  await writeFile(path, JSON.stringify({ mosaicjson: '0.0.3', minzoom: 7, maxzoom: 9, bounds, tiles }))
  return path
}

/** 300 x 300 samples. */
export function piece(dtype: Parameters<typeof bandOf>[0], formula: (column: number, row: number) => number) {
  return bandOf(dtype, 300, 300, formula)
}

export async function documentAt(path: string): Promise<MosaicJSON> {
  return JSON.parse(await readFile(path, 'utf8')) as MosaicJSON
}
