import { createCogs } from '../src/cog/cogs.ts'
import type { BlockWindow, Cog } from '../src/cog/cog.ts'
import { decodeBlock } from '../src/cog/decode/decode-block.ts'
import type { BlockLayout } from '../src/cog/decode/layout.ts'
import { createSelection } from '../src/compose/registry.ts'
import { encoders } from '../src/encode/registry.ts'
import { gridBounds } from '../src/grid/suggested-grid.ts'
import { tileAt, tileBounds, tileMatrixSet } from '../src/grid/tms.ts'
import { transformBounds } from '../src/grid/transformer.ts'
import { createNet } from '../src/net/net.ts'
import { planPart, type PartRequest, type Reprojection } from '../src/raster/plan.ts'
import type { Raster } from '../src/raster/raster.ts'
import { warpPart } from '../src/raster/warp.ts'
import { applyExpression } from '../src/raster/expression/apply.ts'
import { parseExpression } from '../src/raster/expression/parse.ts'
import { render } from '../src/render/render.ts'
import { rescale } from '../src/render/rescale.ts'
import { shade } from '../src/render/shade.ts'
import { createPool } from '../src/work/create-pool.ts'
import { FILES, type BenchData } from './data.ts'
import { measure } from './measure.ts'
import type { Row } from './table.ts'

const MEMORY = 256 << 20
const SIZE = 256
/** Native resolution of the data is between zooms 13 and 14. */
const ZOOM = 13
const KERNELS: readonly Reprojection[] = ['nearest', 'bilinear', 'cubic', 'lanczos', 'average']

/** The stages of a tile one by one, in this thread: what a tile is made of, without what is around it. */
export async function measureStages(data: BenchData, say: (row: Row) => void): Promise<void> {
  const net = createNet({ allow: [data.folder], cwd: data.folder })
  await measureOpen(data, net, say)
  for (const { name } of FILES) await measureDecode(data.fileOf(name), name, net, say)
  for (const name of ['rgb-deflate', 'uint16-deflate', 'float32-deflate']) await measureWarp(data.fileOf(name), name, net, say)
  await measurePictures(data, net, say)
  await measureRoundTrip(say)
  await net.close()
}

type Net = ReturnType<typeof createNet>

async function measureOpen(data: BenchData, net: Net, say: (row: Row) => void): Promise<void> {
  const path = data.fileOf('rgb-deflate')
  const header = await measure(async () => {
    const cogs = createCogs({ net, pool: { decode: (layout, bytes) => decodeBlock(layout, bytes) }, memory: MEMORY, ttl: 60 })
    await cogs.open(path, {})
    await cogs.close()
  })
  say({ stage: 'open', what: 'header of a COG, read and parsed', measured: header })
  const source = await net.open(path)
  say({ stage: 'read', what: '64 KiB of a local file', measured: await measure(() => source.read(65_536, 65_536)) })
  await source.close()
}

interface Opened extends AsyncDisposable {
  readonly cog: Cog
  /** What the decoder was given. */
  readonly jobs: [layout: BlockLayout, bytes: Uint8Array][]
}

/** Opens a file with a decoder that runs here, and notes what it is given. */
async function openHere(path: string, net: Net): Promise<Opened> {
  const jobs: [BlockLayout, Uint8Array][] = []
  const pool = {
    decode(layout: BlockLayout, bytes: Uint8Array) {
      jobs.push([layout, bytes])
      return decodeBlock(layout, bytes)
    },
  }
  const cogs = createCogs({ net, pool, memory: MEMORY, ttl: 60 })
  return { cog: await cogs.open(path, {}), jobs, [Symbol.asyncDispose]: () => cogs.close() }
}

async function measureDecode(path: string, name: string, net: Net, say: (row: Row) => void): Promise<void> {
  await using opened = await openHere(path, net)
  const { cog, jobs } = opened
  await cog.readWindow(0, { x: 0, y: 0, width: 1, height: 1 }, {})
  const [layout, bytes] = jobs[0]
  const measured = await measure(() => decodeBlock(layout, bytes))
  const size = `${layout.width} x ${layout.height} x ${layout.samples}`
  say({ stage: 'decode', what: `${name}, ${size}`, measured, remark: `${Math.round(bytes.length / 1024)} KiB` })
}

function requestOf(cog: Cog, zoom: number, reproject: Reprojection): PartRequest {
  const tms = tileMatrixSet('WebMercatorQuad')
  const { x, y } = tileAt(tms, 15.05, 47.79, zoom)
  return {
    bbox: tileBounds(tms, zoom, x, y),
    crs: tms.crs,
    width: SIZE,
    height: SIZE,
    bands: cog.info.bandCount === 1 ? undefined : [0, 1, 2],
    resampling: 'nearest',
    reproject,
  }
}

async function readWindows(cog: Cog, request: PartRequest): Promise<[NonNullable<ReturnType<typeof planPart>>, BlockWindow[]]> {
  const plan = planPart(cog.info, request)
  if (!plan) throw new Error(`${cog.name} does not touch the tile`)
  const options = { bands: plan.bands, mask: plan.mask }
  return [plan, await Promise.all(plan.windows.map((window) => cog.readWindow(window.level, window, options)))]
}

async function measureWarp(path: string, name: string, net: Net, say: (row: Row) => void): Promise<void> {
  await using opened = await openHere(path, net)
  const { cog } = opened
  for (const kernel of KERNELS) {
    const request = requestOf(cog, ZOOM, kernel)
    say({
      stage: 'plan',
      what: `${name}, ${kernel}`,
      measured: await measure(() => planPart(cog.info, request), 100),
    })
    const [plan, windows] = await readWindows(cog, request)
    const part = warpPart(plan, windows)
    const copied = await measure(() => part.bands.map((band) => band.slice()), 100)
    const measured = await measure(() => warpPart(plan, windows))
    const ratio = Math.round(measured.best / copied.best)
    say({ stage: 'warp', what: `${name}, ${kernel}`, measured, remark: `${ratio} x a copy of its output` })
  }
  await measureShrunk(cog, name, say)
}

/** The whole file at a quarter of its size, without overviews: every sample is looked at. */
async function measureShrunk(cog: Cog, name: string, say: (row: Row) => void): Promise<void> {
  const { width, height, transform, crs } = cog.info
  const [minX, minY, maxX, maxY] = gridBounds({ width, height, transform })
  const bbox = transformBounds(crs, tileMatrixSet('WebMercatorQuad').crs, [minX, minY, maxX, maxY])
  const request = { ...requestOf(cog, ZOOM, 'average'), bbox }
  const plan = planPart({ ...cog.info, overviews: [] }, request)
  if (!plan) throw new Error(`${cog.name} does not touch itself`)
  const options = { bands: plan.bands, mask: plan.mask }
  const windows = await Promise.all(plan.windows.map((window) => cog.readWindow(window.level, window, options)))
  const part = warpPart(plan, windows)
  const copied = await measure(() => part.bands.map((band) => band.slice()), 100)
  const measured = await measure(() => warpPart(plan, windows))
  const ratio = Math.round(measured.best / copied.best)
  say({ stage: 'warp', what: `${name}, average, 4 times smaller`, measured, remark: `${ratio} x a copy of its output` })
}

async function rasterOf(path: string, net: Net): Promise<Raster> {
  await using opened = await openHere(path, net)
  const { cog } = opened
  const request = requestOf(cog, ZOOM, 'nearest')
  const [plan, windows] = await readWindows(cog, request)
  return { ...warpPart(plan, windows), dtype: cog.info.dtype, transform: [1, 0, 0, 0, -1, 0], crs: request.crs }
}

async function measurePictures(data: BenchData, net: Net, say: (row: Row) => void): Promise<void> {
  const rgb = await rasterOf(data.fileOf('rgb-jpeg'), net)
  const deep = await rasterOf(data.fileOf('uint16-deflate'), net)
  const left = halfMasked(rgb)
  const composed = await measure(() => {
    const selection = createSelection('first')
    selection.feed(left)
    selection.feed(rgb)
    return selection.result()
  })
  say({ stage: 'compose', what: 'first, two rasters of 3 bands, half each', measured: composed })
  const png = encoders.png
  const plain = await measure(() => render(left, { returnMask: true, encoder: png }))
  say({ stage: 'render', what: 'uint8 as it is, with a mask', measured: plain })
  const stretched = await measure(() => render(rescale(deep, [[0, 6000]]), { returnMask: true, encoder: png }))
  say({ stage: 'render', what: 'uint16, rescaled', measured: stretched })
  await measureValues(deep, rgb, say)
  for (const [name, encoder] of Object.entries(encoders)) {
    if (encoder.kind === 'array') {
      const bytes = await encoder.encode(rgb, { mask: true })
      const measured = await measure(() => encoder.encode(rgb, { mask: true }))
      say({ stage: 'encode', what: name, measured, remark: kibibytes(bytes) })
      continue
    }
    const picture = render(rgb, { returnMask: true, encoder })
    const bytes = await encoder.encode(picture)
    say({ stage: 'encode', what: name, measured: await measure(() => encoder.encode(picture)), remark: kibibytes(bytes) })
  }
}

/** What is done to values: the two first bands of `deep` are uint16, `rgb` is uint8. */
async function measureValues(deep: Raster, rgb: Raster, say: (row: Row) => void): Promise<void> {
  const { dtype } = deep
  const two = [deep.bands[0], deep.bands[1] ?? deep.bands[0]]
  const masks = [deep.masks[0], deep.masks[1] ?? deep.masks[0]]
  for (const text of ['(b2-b1)/(b2+b1)', 'where(b1>1000,sqrt(b1),0)']) {
    const expression = parseExpression(text)
    const input = { dtype, bands: expression.bands.map((band) => two[band]), masks: expression.bands.map((band) => masks[band]) }
    say({ stage: 'expression', what: `${text}, ${dtype}`, measured: await measure(() => applyExpression(expression, input)) })
  }
  const one = { ...rgb, bands: rgb.bands.slice(0, 1), masks: rgb.masks.slice(0, 1) }
  const colormap = { kind: 'named', name: 'viridis' } as const
  say({ stage: 'shade', what: 'a named colormap', measured: await measure(() => shade(one, { colormap })) })
  for (const colorFormula of ['gamma rgb 1.4', 'saturation 1.3'])
    say({ stage: 'shade', what: colorFormula, measured: await measure(() => shade(rgb, { colorFormula })) })
}

function halfMasked(raster: Raster): Raster {
  const mask = new Uint8Array(SIZE * SIZE)
  for (let i = 0; i < mask.length; i++) if (i % SIZE < SIZE / 2) mask[i] = 255
  return { ...raster, masks: raster.bands.map(() => mask) }
}

function kibibytes(bytes: Uint8Array): string {
  return `${(bytes.length / 1024).toFixed(1)} KiB`
}

/** A sparse block of one pixel: next to no work, so what is left is the way there and back. */
async function measureRoundTrip(say: (row: Row) => void): Promise<void> {
  const log = { warn: console.error, error: console.error }
  const pool = await createPool({ workers: 1, log })
  const layout: BlockLayout = {
    name: 'a sparse block',
    compression: 1,
    predictor: 1,
    storedWidth: 1,
    storedHeight: 1,
    maxHeight: 1,
    x: 0,
    y: 0,
    width: 1,
    height: 1,
    samples: 1,
    dtype: 'uint8',
    bitsPerSample: 8,
    littleEndian: true,
    photometric: 1,
    isMask: false,
    fill: 0,
  }
  const measured = await measure(() => pool.decode(layout, new Uint8Array()))
  say({ stage: 'thread', what: 'the way to a raster thread and back', measured })
  await pool.close()
}
