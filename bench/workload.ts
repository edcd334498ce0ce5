import { tileAt, tileMatrixSet } from '../src/grid/tms.ts'
import type { BenchData } from './data.ts'
import type { BenchSet, Workload } from './sets.ts'

export interface Play {
  /** Below the server's base address. */
  readonly paths: readonly string[]
  readonly inFlight: number
  /** From the start again in every round, unmeasured once before; else each path is asked for once in all. */
  readonly again: boolean
}

const ZOOMS = [12, 13, 14, 15, 16]
const LOW_ZOOMS = [9, 10]
const HOT = 100
const POINTS = 2000
const MOST = 4000
const PREFIX = '/mosaicjson'

/** The requests of one workload over one set: the same for the same seed. */
export function playOf(workload: Workload, set: BenchSet, data: BenchData, seed: number): Play {
  const url = `url=${encodeURIComponent(data.mosaicOf(set.mosaic))}`
  const tile = (z: number, x: number, y: number): string =>
    `${PREFIX}/tiles/WebMercatorQuad/${z}/${x}/${y}.${set.extension}?${url}${set.query}`
  const [west, south, east, north] = data.bounds
  const random = createRandom(seed)
  /** Inside of the mosaic, a little away from its edge. */
  const between = (low: number, high: number): number => low + (high - low) * (0.06 + 0.88 * random())
  switch (workload) {
    case 'pan':
      return { paths: neighbourhoods(between, random, data, tile), inFlight: 16, again: false }
    case 'lone':
      return { paths: neighbourhoods(between, random, data, tile), inFlight: 1, again: false }
    case 'hot':
      return { paths: neighbourhoods(between, random, data, tile).slice(0, HOT), inFlight: 16, again: true }
    case 'lowzoom': {
      const at = LOW_ZOOMS.map((z) => ({
        z,
        ...tileAt(tileMatrixSet('WebMercatorQuad'), (west + east) / 2, (south + north) / 2, z),
      }))
      return { paths: at.map(({ z, x, y }) => tile(z, x, y)), inFlight: 4, again: true }
    }
    case 'point': {
      const points = Array.from({ length: POINTS }, () => `${between(west, east).toFixed(6)},${between(south, north).toFixed(6)}`)
      return { paths: points.map((point) => `${PREFIX}/point/${point}?${url}`), inFlight: 8, again: false }
    }
    case 'info':
      return { paths: [`${PREFIX}/info?${url}`, `${PREFIX}/WebMercatorQuad/tilejson.json?${url}`], inFlight: 8, again: true }
  }
}

function neighbourhoods(
  between: (low: number, high: number) => number,
  random: () => number,
  { bounds: [west, south, east, north] }: BenchData,
  tile: (z: number, x: number, y: number) => string,
): string[] {
  const tms = tileMatrixSet('WebMercatorQuad')
  const paths = new Set<string>()
  for (let tries = 0; paths.size < MOST && tries < MOST * 4; tries++) {
    const z = ZOOMS[Math.floor(random() * ZOOMS.length)]
    const { x, y } = tileAt(tms, between(west, east), between(south, north), z)
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) paths.add(tile(z, x + dx, y + dy))
  }
  return [...paths]
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
