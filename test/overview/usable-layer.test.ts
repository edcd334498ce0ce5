import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { App } from '../../routes/context.ts'
import { buildApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { createEngine, type Engine } from '../../src/engine.ts'
import { createLogger } from '../../src/http/logger.ts'
import { FileBackend } from '../../src/index.ts'
import { createPool } from '../../src/work/create-pool.ts'
import { documentAt, temporaryFolder, twoPieces } from './pieces.ts'

const logger = createLogger('silent')
const closing: (() => Promise<void>)[] = []
afterAll(() => Promise.all(closing.map((close) => close())))

/** A server that may read the mosaic's folder, and what it warned of. */
async function serverOf(path: string, argv: readonly string[] = []): Promise<{ get: Get; warnings: string[] }> {
  const config = parseConfig(['--allow', dirname(path), '--workers', '1', '--mosaic-ttl', '0', ...argv], {})
  const warnings: string[] = []
  const log: Engine['log'] = { warn: (_, message) => warnings.push(message) }
  const engine = await createEngine(config, createPool({ workers: 1, log: logger }), log)
  const app: App = await buildApp({ config, engine, logger })
  closing.push(async () => {
    await app.close()
    await engine.close()
  })
  const get: Get = async (place, query = {}) => {
    const text = new URLSearchParams({ url: path, ...query })
    const reply = await app.inject({ url: `/mosaic/${place}?${text}` })
    return {
      status: reply.statusCode,
      assets: String(reply.headers['x-assets'] ?? ''),
      etag: reply.headers.etag,
      body: reply.rawPayload,
    }
  }
  return { get, warnings }
}

type Get = (
  place: string,
  query?: Record<string, string>,
) => Promise<{ status: number; assets: string; etag: unknown; body: Buffer }>

let path: string
let overview: string

/** What is copied for each test. */
let made: string

beforeAll(async () => {
  made = await twoPieces()
  await using mosaic = new FileBackend(made)
  await mosaic.overview(join(dirname(made), 'overview.tif'), { zoom: 8 })
})

beforeEach(async () => {
  const folder = await temporaryFolder()
  await cp(dirname(made), folder, { recursive: true })
  path = join(folder, 'mosaic.json')
  overview = join(folder, 'overview.tif')
})

describe('with an overview of zoom 8', () => {
  test('its tiles and those above come from it, with the same pixels at its zoom', async () => {
    const { get } = await serverOf(path)
    const document = await documentAt(path)
    const bare = join(dirname(path), 'bare.json')
    await writeFile(bare, JSON.stringify({ ...document, 'smalti:overview': undefined }))
    for (const place of ['5/16/10.png', '6/33/22.png', '7/67/43.png', '8/135/87.png', '8/136/87.npy']) {
      const reply = await get(place)
      expect([place, reply.status, reply.assets]).toEqual([place, 200, overview])
      if (!place.startsWith('8')) continue
      const wanted = await get(place, { url: bare })
      expect(wanted.assets).toContain('pieces/')
      expect(reply.body.equals(wanted.body), place).toBe(true)
      expect(reply.etag).not.toBe(wanted.etag)
    }
  })

  test.each([
    ['9/271/175.png', {}],
    ['8/135/87@2x.png', {}],
    ['8/135/87.png', { tilesize: '512' }],
    ['tiles/WorldCRS84Quad/8/271/58.png', {}],
    ['7/67/43.png', { pixel_selection: 'highest' }],
    ['7/67/43.png', { nodata: '0' }],
    ['7/67/43.png', { unscale: 'true' }],
  ])('%s with %j needs the assets', async (place, query) => {
    const { get } = await serverOf(path)
    const { status, assets } = await get(place, query as Record<string, string>)
    expect([status, assets.includes('pieces/'), assets.includes('overview.tif')]).toEqual([200, true, false])
  })

  test.each([
    ['7/67/43@2x.png', {}],
    ['7/67/43.png', { buffer: '2', padding: '1', resampling: 'bilinear' }],
    ['7/67/43.png', { bidx: '3' }],
    ['7/67/43.tif', { expression: 'b1+b2' }],
    ['tiles/WorldCRS84Quad/5/33/7.png', {}],
    ['tiles/WGS1984Quad/5/33/7.png', {}],
    ['bbox/10,48.5,13.6,50/200x100.png', {}],
  ])('%s with %j does not', async (place, query) => {
    const { get } = await serverOf(path)
    const { status, assets } = await get(place, query as Record<string, string>)
    expect([status, assets]).toEqual([200, overview])
  })

  test('a band that is not there is refused as without it', async () => {
    const { get } = await serverOf(path)
    const { status, body } = await get('7/67/43.png', { bidx: '4' })
    expect([status, JSON.parse(body.toString())]).toMatchObject([400, { detail: [{ loc: ['query', 'bidx'] }] }])
  })

  test('more assets than a tile may have are no matter', async () => {
    const { get } = await serverOf(path, ['--max-assets', '1'])
    expect((await get('5/17/10.png')).assets).toBe(overview)
    expect((await get('5/17/10.png', { nodata: '0' })).status).toBe(413)
  })
})

/** @param query so that it is not an answer of late */
async function expectAssets(get: Get, query: Record<string, string> = {}): Promise<void> {
  const { status, assets } = await get('7/67/43.png', query)
  expect([status, assets.includes('pieces/'), assets.includes('overview.tif')]).toEqual([200, true, false])
}

describe('the assets are used', () => {
  test('where the mosaic has other tiles than those that the overview is of', async () => {
    const { get, warnings } = await serverOf(path)
    const before = await get('7/67/43.png')
    expect(before.assets).toBe(overview)
    const document = await documentAt(path)
    await writeFile(
      path,
      JSON.stringify({ ...document, tiles: { ...document.tiles, '120221': ['pieces/west.tif', 'pieces/east.tif'] } }),
    )
    await expectAssets(get)
    // A title changes no pixel.
    await writeFile(path, JSON.stringify({ ...document, name: 'a title' }))
    expect((await get('7/67/43.png')).assets).toBe(overview)
    expect(warnings).toEqual([])
  })

  test('where the overview is not there, no TIFF, cut, or elsewhere; it is said once', async () => {
    const { get, warnings } = await serverOf(path)
    const bytes = await readFile(overview)
    const said = 'an overview cannot be read: the assets are used instead'
    await rm(overview)
    await expectAssets(get)
    await expectAssets(get)
    expect(warnings).toEqual([said])
    await writeFile(overview, 'no TIFF')
    await expectAssets(get, { bidx: '1' })
    await writeFile(overview, bytes.subarray(0, 4000))
    await expectAssets(get, { bidx: '2' })
    await writeFile(overview, bytes)
    expect((await get('7/67/43.png', { bidx: '3' })).assets).toBe(overview)
    const document = await documentAt(path)
    const member = document['smalti:overview'] as object
    await writeFile(path, JSON.stringify({ ...document, 'smalti:overview': { ...member, href: '/etc/passwd' } }))
    await expectAssets(get, { bidx: '3' })
    expect(new Set(warnings)).toEqual(new Set([said]))
  })
})
