import { createHash } from 'node:crypto'

import type { Cog } from '../../src/cog/cog.ts'
import type { Cogs } from '../../src/cog/cogs.ts'
import { SmaltiError } from '../../src/errors.ts'
import { WGS84 } from '../../src/grid/crs.ts'
import { apply } from '../../src/grid/affine.ts'
import { transformer } from '../../src/grid/transformer.ts'
import { samplesOf } from '../../src/raster/raster.ts'
import type { Samples } from '../../src/raster/raster.ts'

/** What GDAL reads of one file; written by expect.py. */
export type Expected =
  | { readonly error: string }
  | {
      readonly error?: undefined
      readonly width: number
      readonly height: number
      readonly count: number
      readonly dtype: string
      readonly compression: string
      readonly transform: readonly number[]
      readonly gcps: number
      readonly epsg: number | null
      readonly places: readonly (readonly [lon: number | string | null, lat: number | string | null])[] | null
      readonly overviews: readonly number[]
      readonly exact: boolean
      readonly read: readonly [width: number, height: number]
      readonly bands: readonly { readonly sha1: string; readonly spread?: string }[]
    }

export type Kind = 'equal' | 'close' | 'refused' | 'differs' | 'both refuse' | 'GDAL refuses'

/** How our reading of a file compares to GDAL's. */
export interface Outcome {
  readonly kind: Kind
  /** Why it is refused, or what differs. */
  readonly note: string
  /** What is known of its place, compared to GDAL's. */
  readonly place: string
}

/** Samples of a lossy file may be one level off, as decoders differ; a few may be three off. */
const CLOSE = 1
const FAR = 3
/** Bounds agree to this, relative to the file's size. */
const PLACE = 1e-9
/** Metres that a place on Earth may be off, and metres of a degree. */
const METRES = 1
const DEGREE = 111_320

/** Reads a file and compares. Never throws for what a file does. */
export async function outcomeOf(cogs: Cogs, href: string, expected: Expected): Promise<Outcome> {
  let cog: Cog
  let bands: Samples[]
  try {
    cog = await cogs.open(href, {})
    bands = await readBands(cog, expected)
  } catch (error) {
    const note = error instanceof SmaltiError && error.status === 422 ? reason(error.message) : `NOT A 422: ${String(error)}`
    return { kind: expected.error === undefined ? 'refused' : 'both refuse', note, place: '' }
  }
  if (expected.error !== undefined) return { kind: 'GDAL refuses', note: `GDAL: ${expected.error}`, place: '' }
  const { info } = cog
  const place = placeOf(cog, expected)
  if (info.width !== expected.width || info.height !== expected.height || info.bandCount !== expected.count) {
    const ours = `${info.width}x${info.height}x${info.bandCount}`
    return { kind: 'differs', note: `${ours}, not ${expected.width}x${expected.height}x${expected.count}`, place }
  }
  const wrong = bands.flatMap((band, index) => (hashOf(band) === expected.bands[index].sha1 ? [] : [index]))
  if (wrong.length === 0) return { kind: 'equal', note: '', place }
  const worst = Math.max(...wrong.map((index) => difference(bands[index], expected.bands[index].spread)))
  if (worst <= CLOSE) return { kind: 'close', note: `lossy: at most ${worst} off`, place }
  return {
    kind: 'differs',
    note: `${wrong.length} of ${bands.length} bands, by up to ${worst}${worst <= FAR ? ' (lossy)' : ''}`,
    place,
  }
}

/** Every band of the part that GDAL read, in one piece each. */
async function readBands(cog: Cog, expected: Expected): Promise<Samples[]> {
  const { info } = cog
  const small = [Math.min(512, info.width), Math.min(512, info.height)] as const
  const [width, height] = expected.error === undefined ? expected.read : small
  const { blocks } = await cog.readWindow(0, { x: 0, y: 0, width, height }, { mask: false })
  const bands = Array.from({ length: info.bandCount }, () => samplesOf(info.dtype, width * height))
  for (const block of blocks) {
    const columns = Math.min(block.width, width - block.x)
    for (let row = 0; row < Math.min(block.height, height - block.y); row++) {
      for (const [index, band] of bands.entries()) {
        const samples = block.bands[index]
        if (!samples) throw new Error(`band ${index + 1} has not been read`)
        band.set(samples.subarray(row * block.width, row * block.width + columns), (block.y + row) * width + block.x)
      }
    }
  }
  return bands
}

/** The message without the file's name. */
function reason(message: string): string {
  return message.replace(/^\S+: /, '')
}

/** As expect.py makes it. */
function hashOf(band: Samples): string {
  if (band instanceof Float32Array || band instanceof Float64Array) {
    for (let i = 0; i < band.length; i++) if (Number.isNaN(band[i])) band[i] = NaN
  }
  const bytes = new Uint8Array(band.buffer, band.byteOffset, band.byteLength)
  return createHash('sha1').update(bytes).digest('hex').slice(0, 16)
}

/** Greatest difference of the samples that expect.py picked; infinite where it picked none, as the file is not lossy. */
function difference(band: Samples, spread: string | undefined): number {
  if (spread === undefined) return Infinity
  const values = new Float32Array(new Uint8Array(Buffer.from(spread, 'base64')).buffer)
  const last = values.length - 1
  return Math.max(...values.map((value, i) => Math.abs(value - band[Math.floor((i * (band.length - 1)) / last)])))
}

/** Whether transform, corners and centre are where GDAL has them. */
function placeOf({ info }: Cog, expected: Expected & { error?: undefined }): string {
  const size = Math.max(...info.transform.map(Math.abs), info.width, info.height)
  const off = Math.max(...info.transform.map((value, i) => Math.abs(value - expected.transform[i])))
  if (off > PLACE * size) return `transform ${info.transform.join(' ')}, not ${expected.transform.join(' ')}`
  if (info.crs.unknown !== undefined) return expected.places ? `GDAL knows its place: ${info.crs.unknown}` : 'nowhere'
  if (!expected.places) return 'GDAL does not know its place'
  const { forward } = transformer(info.crs, WGS84)
  const { width, height } = info
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
    [width / 2, height / 2],
  ] as const
  let metres = 0
  for (const [index, [column, row]] of corners.entries()) {
    const [lon, lat] = forward(...apply(info.transform, column, row))
    const [x, y] = expected.places[index].map((value) => Number(value ?? NaN))
    // Where GDAL has no answer either.
    if (!Number.isFinite(x) && !Number.isFinite(lon)) continue
    const turn = Math.abs(lon - x) % 360
    const east = Math.min(turn, 360 - turn) * Math.cos((lat * Math.PI) / 180)
    metres = Math.max(metres, Math.hypot(east, lat - y) * DEGREE)
  }
  return metres <= METRES ? 'equal' : `${metres.toFixed(1)} m off`
}
