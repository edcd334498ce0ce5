import { describe, expect, test } from 'vitest'
import type { MosaicJSON } from '../../src/mosaic/document.ts'
import type { MosaicFeature } from '../../src/mosaic/footprint.ts'
import { assetsForBbox, assetsForPoint, assetsForTile } from '../../src/mosaic/search.ts'
import { tileMatrixSet } from '../../src/grid/tms.ts'
import type { StoreContext } from '../../src/stores/kind.ts'
import { storeKindOf } from '../../src/stores/registry.ts'
import type { MosaicStore, WriteOptions } from '../../src/stores/store.ts'
import { updateStored } from '../../src/stores/update-stored.ts'
import { inMemory, made } from '../mosaic/made-mosaic.ts'

export interface Place {
  readonly context: StoreContext
  /** Address of a mosaic of this name. */
  at(name: string): string
}

const all = { maxAssets: 10_000 }

/** A feature from 1 degree north to 2. */
function featureOf(path: string, west: number, east: number): MosaicFeature {
  const ring = [
    [west, 1],
    [east, 1],
    [east, 2],
    [west, 2],
    [west, 1],
  ]
  return { geometry: { type: 'Polygon', coordinates: [ring] }, properties: { path } }
}

/** What every kind of storage that is written must do: the same list for each. `place` is asked when a test runs. */
export function storeContract(kind: string, place: () => Place): void {
  const open = async (name: string): Promise<MosaicStore> => {
    const { context, at } = place()
    const store = await storeKindOf(at(name)).open(at(name), context, {})
    if (!store) throw new Error('there is a store where no revision is known')
    return store
  }
  const create = async (name: string, mosaic: MosaicJSON, options: WriteOptions = {}) => {
    const { context, at } = place()
    await storeKindOf(at(name)).create?.(at(name), mosaic, context, options)
  }
  const documentOf = async (name: string) => (await open(name)).document()

  describe(`stores: ${kind}`, () => {
    test('what is written is read again, members that nobody knows included', async () => {
      const mosaic = made({
        name: 'Fields',
        attribution: 'someone',
        quadkey_zoom: 3,
        center: [1.5, 2, 3],
        asset_prefix: 's3://bucket/',
        layers: { visual: { bidx: [1, 2, 3] } },
        'other:extra': { deep: [1, 'two', null, { '\u00fc': true }] },
        tiles: { '012': ['a b.tif', '\u6771?#.tif'], '013': [], 300: ['c.tif'] },
      })
      await create('whole', mosaic)
      const store = await open('whole')
      expect(await store.document()).toEqual(mosaic)
      expect(store.info).toMatchObject({ name: 'Fields', minzoom: 3, maxzoom: 9, quadkeyZoom: 3, bounds: [-180, -85, 180, 85] })
      const keys: string[] = []
      for await (const key of store.quadkeys()) keys.push(key)
      expect(keys).toEqual(['012', '013', '300'])
      expect(await store.assetsFor(['01'], all)).toEqual(['s3://bucket/a b.tif', 's3://bucket/\u6771?#.tif'])
    })

    test('assets of tiles, points and boxes are those of a mosaic in memory, in its order', async () => {
      const tiles: Record<string, string[]> = {}
      for (let i = 0; i < 4 ** 5; i += 3)
        tiles[i.toString(4).padStart(5, '0')] = [`https://files.example/a${i}.tif`, `https://files.example/shared${i % 20}.tif`]
      const members = { quadkey_zoom: 5, tiles }
      await create('search', made(members))
      const [store, memory] = [await open('search'), await inMemory(members)]
      const tms = tileMatrixSet('WebMercatorQuad')
      for (const [z, x, y] of [
        [0, 0, 0],
        [3, 5, 2],
        [5, 17, 9],
        [9, 300, 200],
      ]) {
        expect(await assetsForTile(store, tms, z, x, y, all)).toEqual(await assetsForTile(memory, tms, z, x, y, all))
      }
      expect(await assetsForPoint(store, 12, 47, all)).toEqual(await assetsForPoint(memory, 12, 47, all))
      for (const box of [
        [-20, -20, 30, 40],
        [170, -10, -170, 10],
        [-180, -85, 180, 85],
      ] as const) {
        expect(await assetsForBbox(store, box, all)).toEqual(await assetsForBbox(memory, box, all))
      }
      await expect(store.assetsFor([''], { maxAssets: 5 })).rejects.toMatchObject({ status: 413, setting: '--max-assets' })
      expect(await store.assetsFor([''], { maxAssets: 5, limit: 3 })).toEqual(
        await memory.assetsFor([''], { maxAssets: 5, limit: 3 }),
      )
    })

    test('quadkey_zoom 0', async () => {
      await create('zero', made({ quadkey_zoom: 0, tiles: { '': ['gs://bucket/a.tif'] } }))
      expect(await (await open('zero')).assetsFor([''], all)).toEqual(['gs://bucket/a.tif'])
    })

    test('without overwrite nothing is replaced, with it all is', async () => {
      await create('over', made({ tiles: { '000': ['/a.tif'] } }))
      await expect(create('over', made({ tiles: { '111': ['/b.tif'] } }))).rejects.toMatchObject({
        status: 409,
        code: 'ALREADY_EXISTS',
      })
      expect((await documentOf('over')).tiles).toEqual({ '000': ['/a.tif'] })
      await create('over', made({ tiles: { '111': ['/b.tif'] } }), { overwrite: true })
      expect((await documentOf('over')).tiles).toEqual({ '111': ['/b.tif'] })
    })

    test('a change over another revision than was read is refused', async () => {
      await create('revised', made())
      const { revision } = await open('revised')
      await create('revised', made({ version: '1.0.1' }), { ifRevision: revision })
      await expect(create('revised', made({ version: '1.0.2' }), { ifRevision: revision })).rejects.toMatchObject({ status: 412 })
      expect((await documentOf('revised')).version).toBe('1.0.1')
    })

    test('an update adds to the tiles under the features, and leaves the others as they are', async () => {
      const tiles = { '120': ['z.tif'], '122': ['a.tif', 'b.tif'], '300': ['c.tif'] }
      await create('updated', made({ name: 'Fields', asset_prefix: '/data/', bounds: [0, 0, 45, 40], 'other:extra': [1], tiles }))
      const before = await open('updated')
      await updateStored(before, [featureOf('/data/new.tif', 1, 80), featureOf('/data/b.tif', 1, 2)])
      const after = await documentOf('updated')
      expect(after).toEqual({
        ...made({ name: 'Fields', asset_prefix: '/data/', 'other:extra': [1] }),
        version: '1.0.1',
        bounds: [0, 0, 80, 40],
        center: [40, 20, 3],
        tiles: { '120': ['z.tif'], '122': ['new.tif', 'b.tif', 'a.tif'], '123': ['new.tif'], '300': ['c.tif'] },
      })
      await expect(updateStored(before, [featureOf('/data/late.tif', 1, 2)])).rejects.toMatchObject({ status: 412 })
      await updateStored(await open('updated'), [featureOf('/data/last.tif', 1, 2)], { addFirst: false })
      expect(await documentOf('updated')).toMatchObject({
        version: '1.0.2',
        tiles: { '120': ['z.tif'], '122': ['new.tif', 'b.tif', 'a.tif', 'last.tif'], '123': ['new.tif'] },
      })
      await updateStored(await open('updated'), [])
      expect((await documentOf('updated')).tiles['122']).toHaveLength(4)
    })

    test('the revision is the same until somebody writes', async () => {
      const { context, at } = place()
      await create('known', made())
      const { revision } = await open('known')
      const again = () => storeKindOf(at('known')).open(at('known'), context, { ifNot: revision })
      expect(await again()).toBeUndefined()
      await create('known', made({ tiles: { '111': ['/b.tif'] } }), { overwrite: true })
      expect((await again())?.revision).not.toBe(revision)
    })

    test('what is deleted is not there, nor is what never was', async () => {
      await create('gone', made())
      await (await open('gone')).delete()
      await expect(open('gone')).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' })
      await expect(open('never')).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' })
      await create('gone', made({ tiles: { '222': ['/c.tif'] } }))
      expect((await documentOf('gone')).tiles).toEqual({ '222': ['/c.tif'] })
    })
  })
}
