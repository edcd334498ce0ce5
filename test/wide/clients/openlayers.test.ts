import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../../../scripts/servers/smalti.ts'
import { type Browser, openBrowser, openPage } from '../browser.ts'
import { root, startDemo, world } from '../demo.ts'
import { coloursByCell } from '../picture.ts'
import { serveSite, type Site } from './site.ts'

const query = `url=${encodeURIComponent(world)}`

/** How a page makes its layer's source, given `base`, as OpenLayers' own examples do; and the CRS of the view. */
const sources: Record<string, { readonly make: string; readonly projection?: string; readonly path: string }> = {
  XYZ: {
    make: `new ol.source.XYZ({ url: base + '/mosaic/{z}/{x}/{y}.png?${query}' })`,
    path: '/mosaic/2/',
  },
  TileJSON: {
    make: `new ol.source.TileJSON({ url: base + '/mosaic/tilejson.json?${query}&tilesize=256' })`,
    path: '/mosaic/tiles/WebMercatorQuad/2/',
  },
  WMTS: {
    make: `new ol.source.WMTS(ol.source.WMTS.optionsFromCapabilities(
      new ol.format.WMTSCapabilities().read(await (await fetch(base + '/mosaic/WMTSCapabilities.xml?${query}')).text()),
      { layer: 'Blue Marble_WebMercatorQuad_default', matrixSet: 'WebMercatorQuad' }))`,
    path: '/mosaic/tiles/WebMercatorQuad/2/',
  },
  'WMTS in degrees': {
    make: `new ol.source.WMTS(ol.source.WMTS.optionsFromCapabilities(
      new ol.format.WMTSCapabilities().read(await (await fetch(base + '/mosaic/WMTSCapabilities.xml?${query}')).text()),
      { layer: 'Blue Marble_WGS1984Quad_default', matrixSet: 'WGS1984Quad' }))`,
    projection: 'EPSG:4326',
    path: '/mosaic/tiles/WGS1984Quad/1/',
  },
  'OGC API Tiles': {
    make: `new ol.source.OGCMapTile({ url: base + '/mosaic/tiles/WebMercatorQuad?${query}', mediaType: 'image/png' })`,
    path: '/mosaic/tiles/WebMercatorQuad/2/',
  },
}

let smalti: Running
let browser: Browser
let site: Site

beforeAll(async () => {
  await mkdir(`${root}.cache/screenshots`, { recursive: true })
  smalti = await startDemo()
  browser = await openBrowser()
  site = await serveSite((asked) => page(asked.get('source') ?? ''))
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
  await smalti?.stop()
})

function page(name: string): string {
  const { make, projection = 'EPSG:3857' } = sources[name]
  return `<!doctype html>
<link rel="stylesheet" href="/node_modules/ol/ol.css">
<div id="map" style="position: absolute; inset: 0"></div>
<script src="/node_modules/ol/dist/ol.js"></script>
<script type="module">
  const base = '${smalti.base}'
  const source = ${make}
  const projection = '${projection}'
  const map = new ol.Map({
    target: 'map',
    controls: [],
    layers: [new ol.layer.Tile({ source })],
    view: new ol.View({ projection, center: ol.proj.fromLonLat([10, 20], projection), zoom: 2, constrainResolution: true }),
  })
  map.on('rendercomplete', () => { if (source.getState() === 'ready') document.body.dataset.map = 'complete' })
</script>`
}

test.each(Object.keys(sources))("OpenLayers' %s source shows the mosaic", async (name) => {
  const watched = await openPage(browser, { width: 800, height: 500 })
  const tiles: string[] = []
  watched.page.on('response', (reply) => {
    if (reply.headers()['content-type']?.startsWith('image/')) tiles.push(new URL(reply.url()).pathname)
  })
  await watched.page.goto(`${site.base}/?source=${encodeURIComponent(name)}`)
  await watched.page.waitForSelector('[data-map=complete]', { state: 'attached', timeout: 30_000 })
  await watched.page.waitForLoadState('networkidle')
  const picture = await watched.page.screenshot({ path: `${root}.cache/screenshots/openlayers-${name.replaceAll(' ', '-')}.png` })
  const blank = (await coloursByCell(picture, 5, 5)).filter((colours) => colours < 3).length
  expect({ complaints: watched.complaints, blank }).toEqual({ complaints: [], blank: 0 })
  expect(tiles.length).toBeGreaterThanOrEqual(4)
  expect(tiles.filter((path) => !path.startsWith(sources[name].path))).toEqual([])
  await watched.page.close()
})
