import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { fixtures, mosaicUrl, testingApp } from './testing-app.ts'

const url = `url=${encodeURIComponent(mosaicUrl)}`

describe('TileJSON', () => {
  test('is 3.0.0, with absolute tile addresses that titiler’s clients know', async () => {
    const { app } = await testingApp()
    for (const path of ['/mosaicjson/tilejson.json', '/mosaicjson/WebMercatorQuad/tilejson.json']) {
      const reply = await app.inject({ url: `${path}?${url}`, headers: { host: 'maps.example' } })
      expect(reply.headers['content-type']).toMatch(/^application\/json/)
      expect(reply.json()).toEqual({
        tilejson: '3.0.0',
        name: 'two pieces',
        version: '1.0.0',
        attribution: 'made by scripts/fixtures',
        scheme: 'xyz',
        tiles: [`http://maps.example/mosaicjson/tiles/WebMercatorQuad/{z}/{x}/{y}?${url}&tilesize=512`],
        minzoom: 5,
        maxzoom: 8,
        bounds: [10, 48.5, 13.6, 50],
        center: [11.8, 49.25, 5],
      })
    }
  })

  test('carries every render parameter, repeats and those of later versions too, and keeps its own', async () => {
    const { app } = await testingApp()
    const render =
      'bidx=1&bidx=1&rescale=0%2C100&rescale=5%2C50&pixel_selection=mean&expression=b1%2F2%3Bb1&colormap=%7B%221%22%3A%22%23ff0000%22%7D'
    const reply = await app.inject(`/mosaic/tilejson.json?${url}&${render}&tile_format=webp&tilesize=128&minzoom=3&maxzoom=19`)
    const { tiles, minzoom, maxzoom, center } = reply.json<{
      tiles: string[]
      minzoom: number
      maxzoom: number
      center: number[]
    }>()
    expect(tiles[0]).toBe(`http://localhost:80/mosaic/tiles/WebMercatorQuad/{z}/{x}/{y}.webp?${url}&${render}&tilesize=128`)
    expect([minzoom, maxzoom, center[2]]).toEqual([3, 19, 3])
  })

  test('in another tile matrix set the zooms are all of its levels', async () => {
    const { app } = await testingApp()
    expect((await app.inject(`/mosaic/WorldCRS84Quad/tilejson.json?${url}`)).json()).toMatchObject({ minzoom: 0, maxzoom: 23 })
  })

  test('behind a trusted proxy the address is the client’s', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'maps.example' }
    const get = async (argv: string[]) => {
      const { app } = await testingApp({ argv })
      return (await app.inject({ url: `/mosaic/tilejson.json?${url}`, headers })).json<{ tiles: string[] }>().tiles[0]
    }
    expect(await get(['--trust-proxy', 'loopback', '--root-path', '/t'])).toMatch(/^https:\/\/maps\.example\/t\/mosaic\/tiles\//)
    expect(await get([])).toMatch(/^http:\/\/localhost:80\/mosaic\/tiles\//)
  })

  test('what the tiles would refuse is refused here', async () => {
    const { app } = await testingApp()
    expect((await app.inject(`/mosaic/tilejson.json?${url}&rescale=1`)).statusCode).toBe(422)
  })
})

test('info has what titiler has, and the center', async () => {
  const { app } = await testingApp()
  expect((await app.inject(`/mosaic/info?${url}`)).json()).toEqual({
    bounds: [10, 48.5, 13.6, 50],
    center: [11.8, 49.25, 5],
    crs: 'http://www.opengis.net/def/crs/EPSG/0/4326',
    name: 'two pieces',
    attribution: 'made by scripts/fixtures',
    quadkeys: [],
    tilematrixset: 'WebMercatorQuad',
    mosaic_tilematrixset:
      "<TileMatrixSet title='Google Maps Compatible for the World' id='WebMercatorQuad' crs='http://www.opengis.net/def/crs/EPSG/0/3857>",
    mosaicjson: '0.0.3',
    quadkey_zoom: 6,
    version: '1.0.0',
    mosaic_minzoom: 5,
    mosaic_maxzoom: 8,
  })
})

test('info.geojson is the outline, in the CRS asked for', async () => {
  const { app } = await testingApp()
  const degrees = await app.inject(`/mosaic/info.geojson?${url}`)
  expect(degrees.headers['content-type']).toMatch(/^application\/geo\+json/)
  const ring = [
    [10, 48.5],
    [13.6, 48.5],
    [13.6, 50],
    [10, 50],
    [10, 48.5],
  ]
  expect(degrees.json()).toMatchObject({
    type: 'Feature',
    bbox: [10, 48.5, 13.6, 50],
    geometry: { type: 'Polygon', coordinates: [ring] },
  })
  const metres = (await app.inject(`/mosaic/info.geojson?${url}&crs=EPSG:3857`)).json<{
    bbox: number[]
    properties: { bounds: number[] }
  }>()
  // pyproj: Transformer.from_crs(4326, 3857, always_xy=True).transform_bounds(10, 48.5, 13.6, 50)
  const expected = [1113194.9079327357, 6190443.809135445, 1513945.0747885206, 6446275.841017161]
  for (const [index, value] of expected.entries()) expect(metres.bbox[index]).toBeCloseTo(value, 3)
  expect(metres.properties.bounds).toEqual([10, 48.5, 13.6, 50])
  expect((await app.inject(`/mosaic/info.geojson?${url}&crs=nonsense`)).json()).toMatchObject({
    detail: [{ loc: ['query', 'crs'] }],
  })
})

test('the document comes back as it is, unknown members too', async () => {
  const { app } = await testingApp()
  const file = `${fixtures}mosaic-unknown-members.json`
  const reply = await app.inject(`/mosaic/?url=${encodeURIComponent(file)}`)
  expect(reply.json()).toEqual(JSON.parse(readFileSync(file, 'utf8')))
})

describe('assets', () => {
  const west = `${fixtures}pieces/west.tif`
  const east = `${fixtures}pieces/east.tif`

  test.each([
    ['/mosaic/tiles/WebMercatorQuad/6/34/22/assets', [west, east]],
    ['/mosaic/tiles/WebMercatorQuad/6/0/0/assets', []],
    ['/mosaic/point/10.5,49/assets', [west]],
    ['/mosaic/point/1168854.65,6274861.39/assets?coord_crs=EPSG:3857', [west]],
    ['/mosaic/point/-73.5,-46/assets', []],
    ['/mosaic/bbox/10.1,48.6,13.5,49.9/assets', [west, east]],
    ['/mosaicjson/bbox/-74,45,-73,46/assets', []],
  ])('%s', async (path, expected) => {
    const { app } = await testingApp()
    const reply = await app.inject(`${path}${path.includes('?') ? '&' : '?'}${url}`)
    expect([reply.statusCode, reply.json()]).toEqual([200, expected])
  })

  test.each([
    ['lon', '/mosaic/point/a,0/assets'],
    ['maxy', '/mosaic/bbox/0,0,1,b/assets'],
    ['coord_crs', '/mosaic/point/1,1/assets?coord_crs=EPSG:999999'],
  ])('%s is named: %s', async (name, path) => {
    const { app } = await testingApp()
    const reply = await app.inject(`${path}${path.includes('?') ? '&' : '?'}${url}`)
    expect([reply.statusCode, reply.json<{ detail: { loc: string[] }[] }>().detail[0].loc[1]]).toEqual([422, name])
  })

  test('a tile outside the tile matrix set is 404', async () => {
    const { app } = await testingApp()
    expect((await app.inject(`/mosaic/tiles/WebMercatorQuad/2/4/0/assets?${url}`)).statusCode).toBe(404)
  })
})

test('a mosaic that is absent, not allowed or not one is 404, 403, 422', async () => {
  const { app } = await testingApp()
  const status = async (path: string) => (await app.inject(`/mosaic/info?url=${encodeURIComponent(path)}`)).statusCode
  expect(await status(`${fixtures}absent.json`)).toBe(404)
  expect(await status('/etc/passwd')).toBe(403)
  expect(await status(`${fixtures}../manifest.json`)).toBe(403)
  expect(await status(`${fixtures}pieces/west.tif`)).toBe(422)
})

test('a signed address is repeated to the client that sent it, and kept by nobody', async () => {
  const server = createServer((request, reply) =>
    reply.writeHead(request.url?.includes('sig=s3cret&x=1') ? 200 : 403).end(readFileSync(mosaicUrl)),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const { app, lines } = await testingApp({ argv: ['--allow', `http://127.0.0.1:${port}/`] })
  const source = encodeURIComponent(`http://127.0.0.1:${port}/m.json?sig=s3cret&x=1`)
  const reply = await app.inject(`/mosaic/tilejson.json?url=${source}`)
  server.close()
  expect([reply.statusCode, reply.headers['cache-control']]).toEqual([200, 'private, no-store'])
  expect(reply.json<{ tiles: string[] }>().tiles[0]).toContain(`url=${source}`)
  expect(lines).toHaveLength(1)
  expect(JSON.stringify(lines)).not.toContain('s3cret')
})
