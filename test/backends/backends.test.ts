import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  AzureBackend,
  BaseBackend,
  DynamoDBBackend,
  FileBackend,
  GCSBackend,
  HttpBackend,
  MemoryBackend,
  MosaicBackend,
  type MosaicJSON,
  S3Backend,
  SQLiteBackend,
} from '../../src/index.ts'

const fixtures = fileURLToPath(new URL('../fixtures/mosaics/', import.meta.url))
const path = join(fixtures, 'mosaic.json')
const mosaicDef = JSON.parse(await readFile(path, 'utf8')) as MosaicJSON
const absolute: MosaicJSON = { ...mosaicDef, asset_prefix: `${fixtures}${mosaicDef.asset_prefix ?? ''}` }
const notWritable = { code: 'NOT_WRITABLE' }
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smalti-backends-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the backend of an address', () => {
  test.each([
    ['s3://bucket/a.json', S3Backend],
    ['gs://bucket/a.json', GCSBackend],
    ['az://container/a.json', AzureBackend],
    ['az://account.blob.core.windows.net/container/a.json', AzureBackend],
    ['a.json.gz', FileBackend],
    ['file:///a.json', FileBackend],
    ['sqlite:///a.db:mosaic', SQLiteBackend],
    ['sqlite:////data/a:b.db:mosaic', SQLiteBackend],
    ['s3://bucket/a b?c#d%20\u6771.json', S3Backend],
    ['/vsis3/bucket/a.json', S3Backend],
    ['/vsigs/bucket/a.json', GCSBackend],
    ['/vsiaz/container/a.json', AzureBackend],
    ['dynamodb:///table', DynamoDBBackend],
    ['dynamodb://us-gov-west-1/table:mosaic', DynamoDBBackend],
    ['dynamodb://cn-northwest-1/table', DynamoDBBackend],
  ])('%s', async (address, Backend) => {
    await using mosaic = await MosaicBackend(address, { mosaicDef })
    expect(mosaic).toBeInstanceOf(Backend)
    expect(mosaic).toBeInstanceOf(BaseBackend)
    expect(mosaic.address).toBe(address)
    expect(mosaic.mosaicDef).toEqual(mosaicDef)
  })

  test.each([
    's3://bucket',
    's3://bucket/',
    's3:///a.json',
    's3://buc ket/a.json',
    'gs://Bucket/a.json',
    'az://a/key',
    'az://account.blob.core.windows.net/container',
    'az://container/a.json?sv=1&sig=x',
    'file://host/a.json',
    'dynamodb://table',
    'dynamodb:///t:',
    'dynamodb:///t:a:b',
    'dynamodb:///t/a',
    'sqlite:///a.db',
    'sqlite:///a.db:',
    'sqlite:///a.db:a b',
    'sqlite://a.db:a',
    'ftp://host/a.json',
    ' ',
  ])('%j is none, and that is said before anything is opened', async (address) => {
    await expect(MosaicBackend(address, { mosaicDef })).rejects.toMatchObject({ status: 422, parameter: 'url' })
    await expect(MosaicBackend(address)).rejects.toMatchObject({ status: 422, parameter: 'url' })
  })

  test('what is no text is a TypeError', async () => {
    await expect(MosaicBackend(5 as unknown as string)).rejects.toThrow(TypeError)
    expect(() => new S3Backend(undefined as unknown as string)).toThrow(TypeError)
  })

  test.each([[undefined], [null], [''], [':memory:']])('%s is memory', async (address) => {
    await using mosaic = await MosaicBackend(address, { mosaicDef })
    expect(mosaic).toBeInstanceOf(MemoryBackend)
    await mosaic.write()
    await mosaic.write({ overwrite: false })
    expect(mosaic.mosaicDef).toEqual(mosaicDef)
  })

  test('a mosaic in memory is updated and deleted as others are; twice closed does no harm', async () => {
    const mosaic = await MosaicBackend(null, { mosaicDef })
    const { bounds = [0, 0, 1, 1], version } = mosaicDef
    const [west, south, east, north] = bounds
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, south],
    ]
    await mosaic.update([{ geometry: { type: 'Polygon', coordinates: [ring] }, properties: { path: 'new.tif' } }])
    expect(mosaic.metadata.version).not.toBe(version)
    expect(Object.values(mosaic.mosaicDef.tiles).flat()).toContain('new.tif')
    await expect(mosaic.update({ features: [] } as unknown as [])).rejects.toMatchObject({ parameter: 'features' })
    await mosaic.delete()
    await mosaic.close()
    await mosaic.close()
    await mosaic[Symbol.asyncDispose]()
  })

  test('an address may be a URL, and options null', async () => {
    await using mosaic = await MosaicBackend(pathToFileURL(path), null)
    expect(mosaic).toBeInstanceOf(FileBackend)
    expect(mosaic.minzoom).toBe(mosaicDef.minzoom)
  })

  test('memory without a mosaic, and an address of another kind, are refused', async () => {
    await expect(MosaicBackend(':memory:')).rejects.toMatchObject({ code: 'INVALID_PARAMETER' })
    expect(() => new S3Backend('gs://bucket/a.json')).toThrow(/S3/)
    expect(() => new FileBackend('s3://bucket/a.json')).toThrow(/File/)
    await expect(MosaicBackend('ftp://host/a.json')).rejects.toMatchObject({ parameter: 'url' })
  })

  test('what is read before it is opened says so', async () => {
    await using mosaic = new FileBackend(path)
    expect(() => mosaic.minzoom).toThrow(/open\(\)/)
    await mosaic.open()
    expect(mosaic.minzoom).toBe(mosaicDef.minzoom)
  })
})

describe('a mosaic in a file', () => {
  test('its members', async () => {
    await using mosaic = await MosaicBackend(path)
    expect(mosaic.bounds).toEqual(mosaicDef.bounds)
    expect([mosaic.minzoom, mosaic.maxzoom, mosaic.quadkeyZoom]).toEqual([
      mosaicDef.minzoom,
      mosaicDef.maxzoom,
      mosaicDef.quadkey_zoom,
    ])
    const { tiles, ...members } = mosaicDef
    expect(mosaic.metadata).toEqual(members)
    expect(mosaic.mosaicDef).toEqual(mosaicDef)
    const keys: string[] = []
    for await (const key of mosaic.quadkeys()) keys.push(key)
    expect(keys).toEqual(Object.keys(tiles).sort())
    expect(await mosaic.info({ quadkeys: true })).toMatchObject({ mosaic_minzoom: mosaicDef.minzoom, quadkeys: keys })
  })

  test('its assets and its pixels, and a picture of them', async () => {
    await using mosaic = await MosaicBackend(path)
    const [lon, lat] = middleOf(mosaic.bounds)
    const z = mosaic.maxzoom
    const { x, y } = tileOf(lon, lat, z)
    const assets = await mosaic.assetsForTile(x, y, z)
    expect(assets.length).toBeGreaterThan(0)
    expect(await mosaic.assetsForPoint(lon, lat)).toEqual(expect.arrayContaining([assets[0]]))
    expect(await mosaic.assetsForBbox(mosaic.bounds)).toHaveLength(2)

    const image = await mosaic.tile(x, y, z)
    expect([image.width, image.height, image.epsg]).toEqual([256, 256, 3857])
    expect(image.bands[0]).toHaveLength(256 * 256)
    expect(image.mask).toHaveLength(256 * 256)
    expect(image.assets.length).toBeGreaterThan(0)
    expect([...(await image.encode({ format: 'webp' })).subarray(8, 12)]).toEqual([...Buffer.from('WEBP')])
    expect([...(await image.encode({ format: 'png' })).subarray(1, 4)]).toEqual([...Buffer.from('PNG')])

    const part = await mosaic.part(mosaic.bounds, { maxSize: 64 })
    expect(Math.max(part.width, part.height)).toBe(64)
    const [minX, minY, maxX, maxY] = mosaic.bounds
    const ring = [
      [minX, minY],
      [maxX, minY],
      [maxX, maxY],
      [minX, minY],
    ]
    const feature = await mosaic.feature({ type: 'Polygon', coordinates: [ring] }, { maxSize: 64 })
    expect(count(feature.mask)).toBeLessThan(count(part.mask))
    const [values] = await mosaic.point(minX + (maxX - minX) / 4, lat)
    expect(values.values.length).toBe(part.bands.length)
    await expect(mosaic.tile(0, 0, z)).rejects.toMatchObject({ code: 'NO_ASSETS', status: 404 })
  })

  test.each([['a.json.gz'], ['mosaics.db:a']])('write, overwrite, update, a second writer, delete: %s', async (name) => {
    const address = name.includes('.db') ? `sqlite:///${join(folder, name)}` : join(folder, name)
    await using mosaic = await MosaicBackend(address, { mosaicDef })
    await mosaic.write()
    await expect(mosaic.write()).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    await mosaic.write({ overwrite: true })
    await using other = await MosaicBackend(address)
    const [minX, minY, maxX, maxY] = mosaic.bounds
    const ring = [
      [minX, minY],
      [maxX, minY],
      [maxX, maxY],
      [minX, maxY],
      [minX, minY],
    ]
    const feature = {
      type: 'Feature' as const,
      geometry: { type: 'Polygon' as const, coordinates: [ring] },
      properties: { path: 'new.tif' },
    }
    await mosaic.update([feature])
    expect(mosaic.metadata.version).toBe('1.0.1')
    const stored = await contentOf(address)
    for (const key of Object.keys(mosaicDef.tiles)) expect(stored.tiles[key]).toEqual(['new.tif', ...mosaicDef.tiles[key]])
    await mosaic.update([feature], { addFirst: false })
    const later = await contentOf(address)
    for (const key of Object.keys(mosaicDef.tiles)) expect(later.tiles[key]).toHaveLength(mosaicDef.tiles[key].length + 1)
    await expect(other.update([feature])).rejects.toMatchObject({ code: 'PRECONDITION_FAILED', status: 412 })
    await mosaic.delete()
    await expect(MosaicBackend(address)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('what may be read', () => {
  test('the address itself always; assets by the guard, unless all is allowed', async () => {
    const server = createServer(async (request, response) => {
      response.end(await readFile(join(fixtures, decodeURIComponent(request.url ?? ''))))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const elsewhere: MosaicJSON = { ...mosaicDef, asset_prefix: base }
    const [lon, lat] = middleOf(mosaicDef.bounds ?? [0, 0, 0, 0])
    const { x, y } = tileOf(lon, lat, mosaicDef.maxzoom)
    await using beside = await MosaicBackend(`${base}mosaic.json`)
    expect((await beside.tile(x, y, mosaicDef.maxzoom)).assets.length).toBeGreaterThan(0)
    await using guarded = await MosaicBackend(':memory:', { mosaicDef: elsewhere })
    await expect(guarded.tile(x, y, mosaicDef.maxzoom)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await using open = await MosaicBackend(':memory:', { mosaicDef: elsewhere, allow: 'all' })
    expect((await open.tile(x, y, mosaicDef.maxzoom)).assets.length).toBeGreaterThan(0)
    await using listed = await MosaicBackend(':memory:', { mosaicDef: elsewhere, allow: [base] })
    expect((await listed.tile(x, y, mosaicDef.maxzoom)).assets.length).toBeGreaterThan(0)
    server.close()
  })

  test('files elsewhere on the disk are not assets, unless they are allowed', async () => {
    const address = join(folder, 'elsewhere.json')
    await writeFile(address, JSON.stringify(absolute))
    const [lon, lat] = middleOf(mosaicDef.bounds ?? [0, 0, 0, 0])
    const { x, y } = tileOf(lon, lat, mosaicDef.maxzoom)
    await using guarded = await MosaicBackend(address, { cwd: folder })
    await expect(guarded.tile(x, y, mosaicDef.maxzoom)).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await using allowed = await MosaicBackend(address, { cwd: folder, allow: [fixtures] })
    expect((await allowed.tile(x, y, mosaicDef.maxzoom)).assets.length).toBeGreaterThan(0)
  })
})

test('HTTP is only read: nothing is sent before that is said', async () => {
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.json`
  expect(() => new HttpBackend(address, { mosaicDef })).toThrow(expect.objectContaining(notWritable))
  await expect(MosaicBackend(address, { mosaicDef })).rejects.toMatchObject(notWritable)
  await using mosaic = new HttpBackend(address)
  await expect(mosaic.write()).rejects.toMatchObject(notWritable)
  await expect(mosaic.update([])).rejects.toMatchObject(notWritable)
  await expect(mosaic.delete()).rejects.toMatchObject(notWritable)
  expect(requests).toBe(0)
  server.close()
})

/** Of a file its bytes; of a database what its own tables say. */
async function contentOf(address: string): Promise<MosaicJSON> {
  if (!address.startsWith('sqlite:')) return JSON.parse(gunzipSync(await readFile(address)).toString()) as MosaicJSON
  const database = new Database(address.slice('sqlite:///'.length, address.lastIndexOf(':')))
  const rows = database.prepare<[], { quadkey: string; assets: string }>('SELECT quadkey, assets FROM "a"').all()
  database.close()
  return { ...mosaicDef, tiles: Object.fromEntries(rows.map(({ quadkey, assets }) => [quadkey, JSON.parse(assets) as string[]])) }
}

function middleOf([minX, minY, maxX, maxY]: readonly number[]): readonly [number, number] {
  return [(minX + maxX) / 2, (minY + maxY) / 2]
}

function tileOf(lon: number, lat: number, z: number): { x: number; y: number } {
  const n = 2 ** z
  const y = Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI
  return { x: Math.floor(((lon + 180) / 360) * n), y: Math.floor(((1 - y) / 2) * n) }
}

function count(mask: Uint8Array): number {
  return mask.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0)
}
