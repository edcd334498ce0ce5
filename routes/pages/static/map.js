import { LngLatBounds, Map, NavigationControl, ScaleControl } from './maplibre-gl/maplibre-gl.mjs'

/** Pixels of one side of a tile on the page; high-density screens ask for more of them. */
const TILE_SIZE = 256
/** Zooms below the mosaic's first that are still asked for, so that a large mosaic can be seen as a whole. */
const ZOOMS_BELOW = 3
/** Web Mercator ends here. */
const MAX_LATITUDE = 85.051128
const GRID = 15

const element = (id) => document.getElementById(id)
const query = new URLSearchParams(location.search)
const tms = /\/([^/]+)\/map\.html$/.exec(location.pathname)?.[1] ?? 'WebMercatorQuad'

/** The question for an address, with what was wrong with the last one. */
function ask(title, reason) {
  const why = element('why')
  why.hidden = title === undefined
  if (title !== undefined) {
    const strong = document.createElement('strong')
    strong.textContent = title
    why.replaceChildren(strong, document.createElement('br'), reason)
  }
  element('url').value = query.get('url') ?? ''
  const form = element('ask').querySelector('form')
  if (tms !== 'WebMercatorQuad') form.action = '../map'
  // What else the address asks for (rescale, bidx …) stays.
  for (const [name, value] of query) {
    if (name !== 'url') form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
  }
  element('ask').hidden = false
  element('url').focus()
}

/** What a person can do about it, by the code of the error. */
const ADVICE = {
  NOT_ALLOWED: 'Whoever runs the server can allow it: start it with --allow and the folder or the address.',
  NOT_FOUND: 'Is it spelled right? An address without a leading / counts from the folder that the server was started in.',
  INVALID_MOSAIC: 'The address must be that of a MosaicJSON document, plain or gzipped.',
  UPSTREAM_UNAUTHORIZED: 'The server that holds it wants credentials.',
}

/** What the server says is wrong, and what to do. */
function reasonOf(body, status) {
  return [complaintOf(body, status), ADVICE[body?.code]].filter(Boolean).join('. ')
}

function complaintOf(body, status) {
  const detail = body?.detail
  if (typeof detail === 'string') return detail
  if (Array.isArray(detail)) return detail.map(({ loc, msg }) => `${loc.slice(1).join(' ')}: ${msg}`).join('; ')
  return `The server answered ${status}.`
}

/** A server with a key puts a sealed address in the place of a signed one: from here on, the page and its address have that one alone. */
function withoutSecret(template) {
  const handle = new URL(template, location.href).searchParams.get('url')
  if (handle === null || handle === query.get('url')) return
  query.set('url', handle)
  history.replaceState(null, '', `?${query}${location.hash}`)
}

async function loadTileJson() {
  const asked = new URLSearchParams(query)
  if (!asked.has('tilesize')) asked.set('tilesize', String(TILE_SIZE))
  const response = await fetch(`tilejson.json?${asked}`)
  const isJson = response.headers.get('content-type')?.includes('json')
  const body = isJson ? await response.json() : undefined
  if (!response.ok || !body) throw new Error(reasonOf(body, response.status))
  withoutSecret(body.tiles[0])
  return { ...body, tileSize: Number(asked.get('tilesize')) }
}

const clamp = (latitude) => Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude))

/** Corners for the map: an east edge beyond the antimeridian counts on, and the poles are cut off. */
function boxOf([west, south, east, north]) {
  return [west, clamp(south), east < west ? east + 360 : east, clamp(north)]
}

function outline([west, south, east, north]) {
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  return { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: corners } }
}

/** Meridians and parallels, so that there is something to hold on to where the mosaic has no data. */
function graticule() {
  const lines = []
  for (let lon = -180; lon <= 180; lon += GRID)
    lines.push([
      [lon, -MAX_LATITUDE],
      [lon, MAX_LATITUDE],
    ])
  for (let lat = -75; lat <= 75; lat += GRID)
    lines.push([
      [-180, lat],
      [180, lat],
    ])
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } }
}

/** The attribution of a document as plain text: it is anybody's, and the map would take it for HTML. */
function plain(html = '') {
  const span = document.createElement('span')
  span.textContent = new DOMParser().parseFromString(html, 'text/html').body.textContent
  return span.innerHTML
}

function styleOf(tileJson, box, minzoom) {
  const [template] = tileJson.tiles
  // {ratio} becomes @2x on high-density screens.
  const tiles = [template.replace('{z}/{x}/{y}', '{z}/{x}/{y}{ratio}')]
  const whole = box[2] > 180 || box[2] - box[0] >= 360
  return {
    version: 8,
    sources: {
      grid: { type: 'geojson', data: graticule() },
      mosaic: {
        type: 'raster',
        tiles,
        tileSize: tileJson.tileSize,
        minzoom,
        maxzoom: tileJson.maxzoom,
        bounds: whole ? [-180, box[1], 180, box[3]] : box,
        attribution: plain(tileJson.attribution),
      },
      outline: { type: 'geojson', data: outline(box) },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': '#101a25' } },
      { id: 'grid', type: 'line', source: 'grid', paint: { 'line-color': '#25384b', 'line-width': 1 } },
      { id: 'mosaic', type: 'raster', source: 'mosaic', paint: { 'raster-fade-duration': 150 } },
      { id: 'outline', type: 'line', source: 'outline', paint: { 'line-color': '#f2b134', 'line-width': 2 } },
    ],
  }
}

function describe(tileJson) {
  document.title = tileJson.name
  element('panel').querySelector('h1').textContent = tileJson.name
  element('about').textContent = [tileJson.description, `Zoom ${tileJson.minzoom} to ${tileJson.maxzoom}`]
    .filter(Boolean)
    .join(' · ')
  const source = new URLSearchParams({ url: query.get('url') })
  const up = location.pathname.endsWith('/map.html') ? '../' : './'
  const links = { TileJSON: `tilejson.json?${query}`, Info: `${up}info?${source}` }
  // Names and sealed addresses stand for what the operator does not show.
  if (!/^(mosaic|sealed):/.test(query.get('url'))) links.Document = `${up}?${source}`
  element('links').replaceChildren(
    ...Object.entries(links).map(([text, href]) => Object.assign(document.createElement('a'), { textContent: text, href })),
  )
  element('panel').hidden = false
}

/** A failed tile: said once, until it is closed. */
async function reportTile(error) {
  if (!element('fault').hidden) return
  const reason = (await answerOf(error)) ?? foreignTiles(error) ?? error.message
  element('fault').firstElementChild.textContent = `Some tiles cannot be shown. ${reason}`
  element('fault').hidden = false
}

/** What the server said, if it was the server that refused the tile. */
async function answerOf(error) {
  if (!error.body) return undefined
  try {
    return reasonOf(JSON.parse(await error.body.text()), error.status)
  } catch {
    return undefined
  }
}

/** The page may load from its own server only; behind a proxy that the server does not know, tile addresses name another one. */
function foreignTiles(error) {
  const origin = error.url && new URL(error.url, location.href).origin
  if (!origin || origin === location.origin) return undefined
  return `Their addresses start with ${origin}, this page's with ${location.origin}: the server behind a proxy needs --trust-proxy.`
}

function draw(tileJson) {
  const box = boxOf(tileJson.bounds)
  const minzoom = Math.max(0, tileJson.minzoom - ZOOMS_BELOW)
  // A tile of 256 pixels is drawn at one zoom less than its own.
  const offset = Math.log2(512 / tileJson.tileSize)
  const map = new Map({
    container: 'map',
    style: styleOf(tileJson, box, minzoom),
    bounds: new LngLatBounds(box),
    fitBoundsOptions: { padding: 24 },
    minZoom: Math.max(0, minzoom - offset),
    maxZoom: Math.min(24, tileJson.maxzoom - offset + 4),
    renderWorldCopies: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    hash: 'map',
    attributionControl: { compact: true },
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new ScaleControl(), 'bottom-right')
  map.on('error', ({ error }) => reportTile(error))
  // For tests, and for the curious at the console.
  map.once('idle', () => document.documentElement.setAttribute('data-map', 'idle'))
  describe(tileJson)
}

async function start() {
  element('fault')
    .querySelector('button')
    .addEventListener('click', () => (element('fault').hidden = true))
  if (!query.get('url')) return ask()
  if (tms !== 'WebMercatorQuad') {
    return ask(
      'This map draws WebMercatorQuad only',
      `Tiles of ${tms} are for clients that know its grid. Asking again here shows the mosaic in WebMercatorQuad.`,
    )
  }
  try {
    const tileJson = await loadTileJson()
    try {
      draw(tileJson)
    } catch (error) {
      ask('The map cannot be drawn', `This browser says: ${error.message}. It needs WebGL 2.`)
    }
  } catch (error) {
    ask('This mosaic cannot be shown', error.message)
  }
}

await start()
