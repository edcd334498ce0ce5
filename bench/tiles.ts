import { tileAt, tileMatrixSet } from '../src/grid/tms.ts'
import { startSmalti, type Running } from '../scripts/servers/smalti.ts'
import type { BenchData } from './data.ts'
import { summary, type Measured } from './measure.ts'
import type { Row } from './table.ts'

const MOSAICS = ['rgb-jpeg', 'rgb-deflate', 'uint16-deflate']
const ZOOMS = [11, 12, 13, 14, 15]
/** Tiles of a set, at most. */
const MOST = 120
const TOGETHER = 8
/** PNG of uint16 would be of 16 bits: rescaled, as people look at it. */
const QUERY: Readonly<Record<string, string>> = { 'uint16-deflate': '&rescale=0,6000&resampling=bilinear&reproject=bilinear' }

/** Whole tiles through a server of its own on loopback: each once with cold caches, then the same again, alone and together. */
export async function measureTiles(data: BenchData, workers: number, say: (row: Row) => void): Promise<void> {
  for (const name of MOSAICS) {
    const server = await startSmalti(['--allow', data.folder, '--workers', String(workers), '--log-level', 'warn'])
    try {
      await measureSet(server, data, name, workers, say)
    } finally {
      await server.stop()
    }
  }
}

async function measureSet(
  server: Running,
  data: BenchData,
  name: string,
  workers: number,
  say: (row: Row) => void,
): Promise<void> {
  const urls = tilesOf(data).map(
    ({ z, x, y }) =>
      `${server.base}/mosaic/${z}/${x}/${y}.png?url=${encodeURIComponent(data.mosaicOf(name))}${QUERY[name] ?? ''}`,
  )
  const what = `${name}, ${workers} worker${workers > 1 ? 's' : ''}`
  const cold = await ask(urls, 1)
  say({ stage: 'tile', what: `${what}, blocks cold`, measured: cold.measured, remark: rate(cold) })
  const warm = await ask(urls, 1)
  say({ stage: 'tile', what: `${what}, blocks warm`, measured: warm.measured, remark: rate(warm) })
  const together = await ask(urls, TOGETHER)
  say({ stage: 'tile', what: `${what}, warm, ${TOGETHER} at a time`, measured: together.measured, remark: rate(together) })
}

function tilesOf({ bounds: [west, south, east, north] }: BenchData): { z: number; x: number; y: number }[] {
  const tms = tileMatrixSet('WebMercatorQuad')
  const tiles: { z: number; x: number; y: number }[] = []
  for (const z of ZOOMS) {
    const first = tileAt(tms, west, north, z)
    const last = tileAt(tms, east, south, z)
    for (let y = first.y; y <= last.y; y++) for (let x = first.x; x <= last.x; x++) tiles.push({ z, x, y })
  }
  const step = Math.max(1, tiles.length / MOST)
  return Array.from({ length: Math.min(MOST, tiles.length) }, (_, i) => tiles[Math.floor(i * step)])
}

interface Asked {
  readonly measured: Measured
  readonly perSecond: number
}

/** @throws where an answer is not a picture or an empty tile: a fast error is no result */
async function ask(urls: readonly string[], together: number): Promise<Asked> {
  const times: number[] = []
  const queue = urls.values()
  const start = performance.now()
  const client = async (): Promise<void> => {
    for (const url of queue) {
      const before = performance.now()
      const reply = await fetch(url)
      const bytes = await reply.arrayBuffer()
      if (reply.status !== 200 && reply.status !== 204)
        throw new Error(`${reply.status} of ${url}: ${new TextDecoder().decode(bytes).slice(0, 300)}`)
      if (reply.status === 200) times.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: together }, client))
  if (times.length < urls.length / 2) throw new Error(`only ${times.length} of ${urls.length} tiles have a picture`)
  return { measured: summary(times), perSecond: (urls.length / (performance.now() - start)) * 1000 }
}

function rate({ perSecond }: Asked): string {
  return `${perSecond.toFixed(0)} tiles/s`
}
