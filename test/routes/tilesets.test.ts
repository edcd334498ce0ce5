import { describe, expect, test } from 'vitest'
import { mosaicUrl, testingApp } from './testing-app.ts'

const url = `url=${encodeURIComponent(mosaicUrl)}`

interface Tileset {
  readonly crs: string
  readonly links: readonly { readonly rel: string; readonly href: string; readonly type?: string }[]
  readonly boundingBox: { readonly lowerLeft: number[]; readonly crs: string }
  readonly tileMatrixSetLimits: readonly Record<string, number | string>[]
}

describe('tilesets', () => {
  test('the list has one for every tile matrix set, with the query in its links', async () => {
    const { app } = await testingApp()
    const { tilesets } = (await app.inject(`/mosaic/tiles?${url}&crs=EPSG:3857`)).json<{ tilesets: Tileset[] }>()
    expect(tilesets.length).toBeGreaterThanOrEqual(13)
    const [first] = tilesets
    expect(first.boundingBox.crs).toBe('http://www.opengis.net/def/crs/EPSG/0/3857')
    expect(first.boundingBox.lowerLeft[0]).toBeCloseTo(1113194.9, 0)
    for (const rel of ['self', 'tile']) expect(first.links.find((link) => link.rel === rel)?.href).toContain('?url=')
    expect(first.links[0].href).not.toContain('crs=')
  })

  test('one tileset says which tiles there are at the zooms asked for', async () => {
    const { app } = await testingApp()
    const one = (await app.inject(`/mosaic/tiles/WebMercatorQuad?${url}&minzoom=5&maxzoom=6&bidx=1`)).json<Tileset>()
    // morecantile: tms.tile(10, 50, 5) = (16, 10), tms.tile(13.6, 48.5, 5) = (17, 11)
    expect(one.tileMatrixSetLimits).toEqual([
      { tileMatrix: '5', minTileRow: 10, maxTileRow: 11, minTileCol: 16, maxTileCol: 17 },
      { tileMatrix: '6', minTileRow: 21, maxTileRow: 22, minTileCol: 33, maxTileCol: 34 },
    ])
    expect(one.links.find((link) => link.rel === 'tile')?.href).toMatch(
      /\/mosaic\/tiles\/WebMercatorQuad\/\{z\}\/\{x\}\/\{y\}\?.*bidx=1/,
    )
  })

  test("our own prefix links the tiles as the standard's clients look for them; titiler's prefixes link what titiler does", async () => {
    const { app } = await testingApp()
    const [own, titilers] = await Promise.all(
      ['/mosaic', '/mosaicjson'].map(async (prefix) =>
        (await app.inject(`${prefix}/tiles/WebMercatorQuad?${url}`)).json<Tileset>(),
      ),
    )
    const items = own.links.filter((link) => link.rel === 'item')
    expect(items.map(({ type }) => type)).toEqual(['image/png', 'image/jpeg', 'image/webp'])
    expect(items[0].href).toMatch(/\/mosaic\/tiles\/WebMercatorQuad\/\{tileMatrix\}\/\{tileCol\}\/\{tileRow\}\.png\?url=/)
    expect(titilers.links.map(({ rel }) => rel)).toEqual([
      'self',
      'tile',
      'http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme',
      'data',
    ])
  })
})

describe('WMTS', () => {
  test.each([
    ['rescale=x', 'rescale'],
    ['colormap=[1', 'colormap'],
    ['nodata=none', 'nodata'],
    ['color_formula=gama', 'color_formula'],
    ['algorithm_params={', 'algorithm_params'],
  ])('nothing may be wrong with what its tiles would be asked for with: %s', async (wrong, name) => {
    const { app } = await testingApp()
    const reply = await app.inject(`/mosaic/WMTSCapabilities.xml?${url}&${wrong}`)
    expect([400, 422]).toContain(reply.statusCode)
    expect(reply.json<{ detail: { loc: string[] }[] }>().detail[0].loc).toContain(name)
  })

  test('a template of jpg tiles goes by the media type that titiler gives them', async () => {
    const { app } = await testingApp()
    const { body } = await app.inject(`/mosaic/WMTSCapabilities.xml?${url}&tile_format=jpg`)
    expect(body).toContain('<Format>image/jpg</Format>')
  })

  test('the template carries the render parameters, not those of the document or of WMTS clients', async () => {
    const { app } = await testingApp()
    const reply = await app.inject(
      `/mosaic/WMTSCapabilities.xml?${url}&bidx=1&SERVICE=WMTS&zooms=WebMercatorQuad::5,5&tile_format=webp`,
    )
    expect(reply.headers['content-type']).toMatch(/^application\/xml/)
    const [, template] = /template="([^"]*WebMercatorQuad[^"]*)"/.exec(reply.body) ?? []
    expect(template).toMatch(/\/tiles\/WebMercatorQuad\/\{TileMatrix\}\/\{TileCol\}\/\{TileRow\}\.webp\?url=[^"]*&amp;bidx=1$/)
  })

  test.each(['zooms=5', 'zooms=WebMercatorQuad::a,b', 'tile_format=bmp'])('%s is refused by name', async (query) => {
    const { app } = await testingApp()
    const reply = await app.inject(`/mosaic/WMTSCapabilities.xml?${url}&${query}`)
    expect(reply.statusCode).toBe(422)
    expect(reply.body).toContain(query.split('=')[0])
  })
})

const validate = async (payload: object | string) => {
  const { app } = await testingApp()
  return app.inject({ method: 'POST', url: '/mosaic/validate', payload, headers: { 'content-type': 'application/json' } })
}

describe('validate', () => {
  const valid = { mosaicjson: '0.0.3', minzoom: 1, maxzoom: 2, quadkey_zoom: 1, bounds: [0, 0, 1, 1], tiles: { '1': ['a.tif'] } }
  test('a valid document is true', async () => {
    const reply = await validate(valid)
    expect([reply.statusCode, reply.json()]).toEqual([200, true])
  })

  test('what is wrong is said with the member', async () => {
    const reply = await validate({ ...valid, maxzoom: 'high' })
    expect([reply.statusCode, reply.json<{ code: string }>().code]).toEqual([422, 'INVALID_MOSAIC'])
    expect(reply.body).toContain('maxzoom')
  })

  test('a quadkey of another length is found', async () => {
    expect((await validate({ ...valid, quadkey_zoom: 3 })).body).toContain('quadkey_zoom')
  })
})
