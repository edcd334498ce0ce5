import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BackendOptions, FileBackend, fromUrls, MosaicBackend, type MosaicJSON } from '../../../src/index.ts'
import { createCredentials } from '../../../src/net/credentials.ts'
import { createNet } from '../../../src/net/net.ts'
import { type Cloud, type CloudKind, clouds } from './clouds.ts'

const mosaics = new URL('../../fixtures/mosaics/', import.meta.url)
const mosaicDef = JSON.parse(await readFile(new URL('mosaic.json', mosaics), 'utf8')) as MosaicJSON

/** A folder of the disk is one more place where mosaics and their assets lie. */
async function disk(): Promise<Cloud> {
  const folder = await mkdtemp(join(tmpdir(), 'smalti-library-'))
  return { root: `${folder}/`, credentials: [], [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

const places: readonly Pick<CloudKind, 'name' | 'missing' | 'start'>[] = [
  { name: 'files', missing: undefined, start: disk },
  ...clouds,
]

for (const kind of places) {
  describe.skipIf(kind.missing !== undefined && process.env.CI !== 'true')(`library: ${kind.name}`, () => {
    let cloud: Cloud
    let options: BackendOptions
    let at: (key: string) => string

    beforeAll(async () => {
      if (kind.missing !== undefined) throw new Error(kind.missing)
      cloud = await kind.start()
      const folder = cloud.root.startsWith('/') ? '' : `library-${randomBytes(4).toString('hex')}/`
      at = (key) => cloud.root + folder + key
      options = { credentials: cloud.credentials, cwd: cloud.root.startsWith('/') ? cloud.root : undefined }
      const net = createNet({ allow: 'all', cwd: '/', credentials: createCredentials(cloud.credentials) })
      for (const name of ['west.tif', 'east.tif']) {
        const bytes = await readFile(new URL(`pieces/${name}`, mosaics))
        if (cloud.root.startsWith('/')) await put(at(`pieces/${name}`), bytes)
        else await net.writeObject(at(`pieces/${name}`), bytes, {})
      }
      await net.close()
    })
    afterAll(() => cloud?.[Symbol.asyncDispose]())

    test('an overview is made beside the mosaic, which names it, and read from there', async () => {
      await using mosaic = await MosaicBackend(at('with-overview.json'), { ...options, mosaicDef })
      await mosaic.write()
      const { maxzoom: z, revision } = await mosaic.overview(at('overview.tif'), { zoom: 7 })
      await expect(mosaic.overview(at('overview.tif'), { zoom: 7 })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
      await using again = await MosaicBackend(at('with-overview.json'), options)
      expect(again.metadata['smalti:overview']).toEqual({ href: 'overview.tif', maxzoom: z, revision })
      const [x, y] = tileAt(11, 49.2, z)
      const image = await again.tile(x, y, z)
      expect(image.assets).toEqual([at('overview.tif')])
      await using local = await new FileBackend(new URL('mosaic.json', mosaics).href).open()
      const expected = await local.tile(x, y, z)
      expect(image.bands).toEqual(expected.bands)
      expect(image.mask).toEqual(expected.mask)
    })

    test('a mosaic is written, read with its assets, updated, and deleted', async () => {
      await using made = await MosaicBackend(at('mosaic.json.gz'), { ...options, mosaicDef })
      await made.write()
      await expect(made.write()).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
      await made.write({ overwrite: true })

      await using mosaic = await MosaicBackend(at('mosaic.json.gz'), options)
      await using stale = await MosaicBackend(at('mosaic.json.gz'), options)
      expect(mosaic.mosaicDef).toEqual(mosaicDef)
      const { maxzoom: z, bounds } = mosaic
      const [x, y] = tileAt((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, z)
      const assets = await mosaic.assetsForBbox(bounds)
      expect(assets).toHaveLength(2)
      const image = await mosaic.tile(x, y, z)
      // The same pixels, wherever they lie.
      await using local = await new FileBackend(new URL('mosaic.json', mosaics).href).open()
      const expected = await local.tile(x, y, z)
      expect(image.assets.length).toBe(expected.assets.length)
      expect(image.bands).toEqual(expected.bands)
      expect(image.mask).toEqual(expected.mask)

      const feature = { geometry: { type: 'Polygon' as const, coordinates: [ring(bounds)] }, properties: { path: 'new.tif' } }
      await mosaic.update([feature])
      await expect(stale.update([feature])).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' })
      await using updated = await MosaicBackend(at('mosaic.json.gz'), options)
      expect(updated.metadata.version).toBe('1.0.1')
      expect(updated.mosaicDef).toEqual(mosaic.mosaicDef)
      await updated.delete()
      await expect(MosaicBackend(at('mosaic.json.gz'), options)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      await expect(updated.delete()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test('a mosaic is made of the files there', async () => {
      const seen: number[] = []
      const made = await fromUrls([at('pieces/west.tif'), at('pieces/east.tif')], {
        ...options,
        onProgress: (done) => seen.push(done),
      })
      expect(seen).toEqual([1, 2])
      expect(new Set(Object.values(made.tiles).flat())).toEqual(new Set([at('pieces/west.tif'), at('pieces/east.tif')]))
      await expect(fromUrls([at('pieces/absent.tif')], options)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })
  })
}

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, bytes)
}

function ring([minX, minY, maxX, maxY]: readonly number[]): number[][] {
  return [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ]
}

function tileAt(lon: number, lat: number, z: number): [x: number, y: number] {
  const y = Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI
  return [Math.floor(((lon + 180) / 360) * 2 ** z), Math.floor(((1 - y) / 2) * 2 ** z)]
}
