import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../routes/context.ts'
import type { TileRequest } from '../../src/tile.ts'
import { answer, mosaicUrl, testingApp } from './testing-app.ts'

const url = `url=${encodeURIComponent(mosaicUrl)}`

/** What the story is asked for by an address. */
async function asked(path: string): Promise<TileRequest> {
  let request: TileRequest | undefined
  const { app } = await testingApp({
    tile: async (wanted) => {
      request = wanted
      return answer()
    },
  })
  const reply = await app.inject(path)
  if (!request) throw new Error(`${reply.statusCode} ${reply.body}`)
  return request
}

describe('what an address asks for', () => {
  test.each(['/mosaic', '/mosaicjson'])('%s: short path, with titiler’s defaults', async (prefix) => {
    expect(await asked(`${prefix}/6/34/22?${url}`)).toEqual({
      url: mosaicUrl,
      kind: 'mosaic',
      tms: 'WebMercatorQuad',
      z: 6,
      x: 34,
      y: 22,
      size: 256,
      buffer: 0,
      padding: 0,
      resampling: 'nearest',
      reproject: 'nearest',
      returnMask: true,
      pixelSelection: 'first',
      onError: 'skip',
    })
  })

  test.each([
    ['/mosaic/6/34/22.webp', { format: 'webp', size: 256 }],
    ['/mosaic/6/34/22@2x', { format: undefined, size: 512 }],
    ['/mosaic/6/34/22@3x.npy', { format: 'npy', size: 768 }],
    ['/mosaic/tiles/WebMercatorQuad/6/34/22@2x.png', { format: 'png', size: 512, tms: 'WebMercatorQuad' }],
    ['/mosaic/tiles/WorldCRS84Quad/6/34/22.jpg', { format: 'jpg', tms: 'WorldCRS84Quad' }],
  ])('%s', async (path, expected) => {
    expect(await asked(`${path}?${url}`)).toMatchObject({ z: 6, x: 34, y: 22, ...expected })
  })

  test('render parameters', async () => {
    const query =
      'bidx=3&bidx=1&nodata=0&tilesize=128&resampling=bilinear&reproject=bilinear&rescale=0,10&rescale=-1.5,2e3&return_mask=no&on_error=fail'
    expect(await asked(`/mosaic/6/34/22?${url}&${query}`)).toMatchObject({
      bidx: [3, 1],
      nodata: 0,
      size: 128,
      resampling: 'bilinear',
      reproject: 'bilinear',
      rescale: [
        [0, 10],
        [-1.5, 2000],
      ],
      returnMask: false,
      onError: 'fail',
    })
  })

  test.each([
    ['nan', Number.NaN],
    ['NaN', Number.NaN],
    ['-inf', -Infinity],
    ['inf', Infinity],
    ['-9999', -9999],
    ['1e-3', 0.001],
  ])('nodata=%s', async (text, value) => {
    expect((await asked(`/mosaic/6/34/22?${url}&nodata=${text}`)).nodata).toBe(value)
  })

  test('several ranges in one rescale, as titiler takes them', async () => {
    expect((await asked(`/mosaic/6/34/22?${url}&rescale=0,1,2,3`)).rescale).toEqual([
      [0, 1],
      [2, 3],
    ])
  })

  test('unknown names are ignored, as titiler does', async () => {
    expect((await asked(`/mosaic/6/34/22?${url}&cachebuster=1&unscale=false`)).z).toBe(6)
  })

  test('a column below zero reaches the story, which knows that it is outside', async () => {
    expect((await asked(`/mosaic/6/-1/22?${url}`)).x).toBe(-1)
  })
})

describe('what does not validate is a 422 that names the parameter', () => {
  let app: App
  let close: () => Promise<void>
  beforeAll(async () => {
    const made = await testingApp({ until: (end) => (close = end) })
    app = made.app
  })
  afterAll(() => close())

  test.each([
    ['url', '/mosaic/6/34/22'],
    ['url', '/mosaic/6/34/22?url='],
    ['z', `/mosaic/a/34/22?${url}`],
    ['x', `/mosaic/6/34.5/22?${url}`],
    ['y', `/mosaic/6/34/22@9y?${url}`],
    ['scale', `/mosaic/6/34/22@9x?${url}`],
    ['format', `/mosaic/6/34/22.jp2?${url}`],
    ['tileMatrixSetId', `/mosaic/tiles/NoSuchGrid/6/34/22?${url}`],
    ['bidx', `/mosaic/6/34/22?${url}&bidx=x`],
    ['bidx', `/mosaic/6/34/22?${url}&bidx=0`],
    ['nodata', `/mosaic/6/34/22?${url}&nodata=none`],
    ['tilesize', `/mosaic/6/34/22?${url}&tilesize=0`],
    ['tilesize', `/mosaic/6/34/22?${url}&tilesize=1.5`],
    ['resampling', `/mosaic/6/34/22?${url}&resampling=best`],
    ['reproject', `/mosaic/6/34/22?${url}&reproject=gauss`],
    ['rescale', `/mosaic/6/34/22?${url}&rescale=1`],
    ['rescale', `/mosaic/6/34/22?${url}&rescale=1,2,3`],
    ['rescale', `/mosaic/6/34/22?${url}&rescale=a,b`],
    ['rescale', `/mosaic/6/34/22?${url}&rescale=,`],
    ['return_mask', `/mosaic/6/34/22?${url}&return_mask=perhaps`],
    ['pixel_selection', `/mosaic/6/34/22?${url}&pixel_selection=best`],
    ['empty', `/mosaic/6/34/22?${url}&empty=200`],
    ['colormap_name', `/mosaic/6/34/22?${url}&colormap_name=no_such_map`],
    ['buffer', `/mosaic/6/34/22?${url}&buffer=0`],
    ['buffer', `/mosaic/6/34/22?${url}&buffer=0.3`],
    ['algorithm', `/mosaic/6/34/22?${url}&algorithm=magic`],
    ['algorithm_params', `/mosaic/6/34/22?${url}&algorithm=hillshade&algorithm_params=%7B`],
    ['padding', `/mosaic/6/34/22?${url}&padding=0`],
    ['padding', `/mosaic/6/34/22?${url}&padding=1.5`],
    ['unscale', `/mosaic/6/34/22?${url}&unscale=perhaps`],
  ])('%s: %s', async (name, path) => {
    const reply = await app.inject(path)
    expect(reply.statusCode).toBe(422)
    expect(reply.headers['cache-control']).toBe('no-store')
    const { detail, code } = reply.json<{ detail: { loc: (string | number)[]; msg: string }[]; code: string }>()
    expect(code).toBe('INVALID_PARAMETER')
    expect(detail[0].loc[1]).toBe(name)
    expect(detail[0].msg).not.toBe('')
  })

  test('all that is wrong is said at once, and what was meant is suggested', async () => {
    const { detail } = (await app.inject(`/mosaic/6/34/22?${url}&tilesize=0&resampling=bilinea`)).json<{
      detail: { msg: string }[]
    }>()
    expect(detail).toHaveLength(2)
    expect(detail[1].msg).toMatch(/must be one of nearest, .*; did you mean bilinear\?$/)
  })

  test('a parameter that may be given once only says so', async () => {
    const reply = await app.inject(`/mosaic/6/34/22?${url}&${url}`)
    expect([reply.statusCode, reply.json().detail]).toMatchObject([
      422,
      [{ loc: ['query', 'url'], msg: 'is given more than once' }],
    ])
  })
})

describe('headers of a picture', () => {
  test('where it lies, what it is made of, what it cost, how long it may be kept', async () => {
    const { app } = await testingApp()
    const { headers, statusCode, rawPayload } = await app.inject(`/mosaic/6/34/22?${url}`)
    expect([statusCode, [...rawPayload]]).toEqual([200, [1, 2, 3]])
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-bbox': '0,1,2,3',
      'content-crs': '<http://www.opengis.net/def/crs/EPSG/0/3857>',
      'x-assets': 'a.tif,b.tif',
      'server-timing': 'search;dur=1.3, read;dur=3.0',
      etag: '"tag"',
      'cache-control': 'public, max-age=3600',
    })
    expect(headers['x-assets-skipped']).toBeUndefined()
  })

  test('a partial picture says what is missing, and has a short life', async () => {
    const { app } = await testingApp({ tile: async () => answer({ skipped: ['c.tif'] }) })
    const { headers } = await app.inject(`/mosaic/6/34/22?${url}`)
    expect([headers['x-assets-skipped'], headers['cache-control']]).toEqual(['c.tif', 'public, max-age=60'])
  })

  test('lists of assets are cut between names, have no secrets and no letters that a header cannot hold', async () => {
    const assets = ['https://h/ä,b.tif?sig=secret', ...Array.from({ length: 500 }, (_, index) => `folder/file-${index}.tif`)]
    const { app } = await testingApp({ tile: async () => answer({ assets }) })
    const list = String((await app.inject(`/mosaic/6/34/22?${url}`)).headers['x-assets'])
    expect(list.length).toBeLessThan(2100)
    const names = list.split(',')
    expect(names.slice(0, 2)).toEqual(['https://h/%C3%A4%2Cb.tif', 'folder/file-0.tif'])
    expect(assets).toContain(names.at(-1))
  })

  test('pictures of a signed address are the client’s own', async () => {
    const { app } = await testingApp()
    const { headers } = await app.inject(`/mosaic/6/34/22?url=${encodeURIComponent('https://h/m.json?sig=1')}`)
    expect(headers['cache-control']).toBe('private, max-age=3600')
  })
})

describe('a tile without data', () => {
  const empty = { tile: async () => answer({ body: undefined, mediaType: undefined, assets: [] }) }

  test('is 204 without a body, with a short life', async () => {
    const { app } = await testingApp(empty)
    const { statusCode, body, headers } = await app.inject(`/mosaic/6/34/22?${url}`)
    expect([statusCode, body, headers['cache-control'], headers.etag]).toEqual([204, '', 'public, max-age=60', undefined])
  })

  test('empty=404 is an error as others are', async () => {
    const { app } = await testingApp(empty)
    const reply = await app.inject(`/mosaic/6/34/22?${url}&empty=404`)
    expect([reply.statusCode, reply.json()]).toEqual([404, { detail: 'there is no data in this place', code: 'NO_DATA' }])
  })

  test.each([
    ['', 'image/png'],
    ['.webp', 'image/webp'],
    ['.jpg', 'image/png'],
  ])('empty=transparent%s is a clear picture of the right size', async (extension, type) => {
    const { default: sharp } = await import('sharp')
    const { app } = await testingApp({ ...empty, argv: ['--empty', 'transparent'] })
    const reply = await app.inject(`/mosaic/6/34/22@2x${extension}?${url}&tilesize=64`)
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, type])
    const { data, info } = await sharp(reply.rawPayload).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([128, 128])
    expect(data.every((value, index) => index % 4 !== 3 || value === 0)).toBe(true)
  })
})

describe('If-None-Match', () => {
  test('is answered 304 before anything is computed, where the tag is known', async () => {
    let computed = 0
    const { app } = await testingApp({
      knownAnswer: async () => ({ etag: '"tag"' }),
      tile: async () => {
        computed++
        return answer()
      },
    })
    const reply = await app.inject({ url: `/mosaic/6/34/22?${url}`, headers: { 'if-none-match': '"other", W/"tag"' } })
    expect([reply.statusCode, reply.body, reply.headers.etag, computed]).toEqual([304, '', '"tag"', 0])
  })

  test('else after it', async () => {
    const { app } = await testingApp()
    const same = await app.inject({ url: `/mosaic/6/34/22?${url}`, headers: { 'if-none-match': '"tag"' } })
    const other = await app.inject({ url: `/mosaic/6/34/22?${url}`, headers: { 'if-none-match': '"old"' } })
    expect([same.statusCode, same.body, other.statusCode]).toEqual([304, '', 200])
  })
})
