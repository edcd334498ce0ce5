import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Block, BlockWindow, SourceInfo } from '../../src/cog/cog.ts'
import { WGS84, crsFromEpsg } from '../../src/grid/crs.ts'
import { tileBounds, tileMatrixSet } from '../../src/grid/tms.ts'
import {
  type PartPlan,
  type PartRequest,
  type Reprojection,
  type Resampling,
  type WarpedPart,
  planPart,
} from '../../src/raster/plan.ts'
import { grown } from '../../src/raster/grown.ts'
import { type DataType, type Samples, bytesPerSample, samplesOf } from '../../src/raster/raster.ts'
import { warpPart } from '../../src/raster/warp.ts'

interface Header {
  readonly width: number
  readonly height: number
  readonly dtype: DataType
  readonly bandCount: number
  readonly alphaBand: number | null
  readonly hasMask: boolean
  readonly nodata: number | 'NaN' | null
  readonly transform: SourceInfo['transform']
  readonly epsg: number
  readonly levels: readonly (readonly [number, number])[]
  readonly cases: readonly CaseHeader[]
}

interface CaseHeader {
  readonly title: string
  readonly tile: readonly [x: number, y: number, z: number]
  readonly size: number
  readonly reproject: Reprojection
  readonly resampling: Resampling
  readonly bands?: readonly number[]
  readonly nodata?: number
  readonly buffer?: number
  readonly padding?: number
  /** First band of the picture that is recorded. */
  readonly first: number
  readonly count: number
}

export interface Case extends CaseHeader {
  readonly request: PartRequest
  /** What rio-tiler made: `count` bands from `first`; masks are 1 where there is no data. */
  readonly values: readonly Samples[]
  readonly masks: readonly Uint8Array[]
}

export interface Fixture {
  readonly info: SourceInfo
  readonly cases: readonly Case[]
  readonly levels: readonly Block[]
}

/** Reads a file that fixtures/make.py wrote. */
export function fixture(name: string): Fixture {
  const bytes = gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.bin.gz`)))
  const length = bytes.readUInt32LE(0)
  const header = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as Header
  let at = 4 + length
  const take = (dtype: DataType, count: number): Samples => {
    const size = count * bytesPerSample(dtype)
    const samples = samplesOf(dtype, count, new Uint8Array(bytes.subarray(at, at + size)).buffer)
    at += size
    return samples
  }
  const takeAll = (dtype: DataType, bands: number, count: number) => Array.from({ length: bands }, () => take(dtype, count))
  const { levels: sizes, dtype, bandCount } = header
  const samples = sizes.map(([w, h]) => takeAll(dtype, bandCount, w * h))
  const masks = header.hasMask ? sizes.map(([w, h]) => take('uint8', w * h) as Uint8Array) : []
  const levels = sizes.map(([width, height], i) => ({ x: 0, y: 0, width, height, bands: samples[i], mask: masks[i] }))
  const cases = header.cases.map((c) => ({
    ...c,
    request: requestOf(c),
    values: takeAll(dtype, c.count, pixelsOf(c)),
    masks: takeAll('uint8', c.count, pixelsOf(c)) as Uint8Array[],
  }))
  return { info: infoOf(header), cases, levels }
}

function infoOf({ levels, epsg, nodata, alphaBand, ...rest }: Header): SourceInfo {
  return {
    ...rest,
    alphaBand: alphaBand ?? undefined,
    nodata: nodata === 'NaN' ? Number.NaN : (nodata ?? undefined),
    crs: crsFromEpsg(epsg) ?? WGS84,
    overviews: levels.slice(1).map(([width, height]) => ({ width, height })),
  }
}

function pixelsOf({ size, buffer }: CaseHeader): number {
  return (size + Math.trunc((buffer ?? 0) * 2)) ** 2
}

function requestOf({ tile: [x, y, z], size, bands, nodata, reproject, resampling, buffer, padding }: CaseHeader): PartRequest {
  const tms = tileMatrixSet('WebMercatorQuad')
  const place = { bbox: tileBounds(tms, z, x, y), width: size, height: size }
  return { ...grown(place, buffer ?? 0), crs: tms.crs, bands, nodata, reproject, resampling, padding }
}

/** The plan's windows over blocks of `size` pixels, as a file would give them. */
export function windowsOf({ levels }: Fixture, plan: PartPlan, size: number): BlockWindow[] {
  return plan.windows.map((window) => {
    const level = levels[window.level]
    const blocks: Block[] = []
    for (let y = Math.floor(window.y / size) * size; y < window.y + window.height; y += size) {
      for (let x = Math.floor(window.x / size) * size; x < window.x + window.width; x += size) blocks.push(cut(level, x, y, size))
    }
    return { ...window, blocks }
  })
}

function cut(level: Block, x: number, y: number, size: number): Block {
  const width = Math.min(size, level.width - x)
  const height = Math.min(size, level.height - y)
  const crop = <T extends Samples>(from: T): T => {
    const Type = from.constructor as new (length: number) => T
    const out = new Type(width * height)
    for (let row = 0; row < height; row++) {
      const start = (y + row) * level.width + x
      out.set(from.subarray(start, start + width), row * width)
    }
    return out
  }
  return { x, y, width, height, bands: level.bands.map((b) => b && crop(b)), mask: level.mask && crop(level.mask) }
}

/** undefined: the plan says that the file does not touch the tile. */
export function run(file: Fixture, c: Case, blockSize: number): WarpedPart | undefined {
  const plan = planPart(file.info, c.request)
  return plan && warpPart(structuredClone(plan), windowsOf(file, plan, blockSize))
}

/** How many values differ by more than `tolerance` (floats: relative), and how many masks differ. */
export function compare(c: Case, part: WarpedPart, tolerance: number): { values: number; masks: number } {
  let values = 0
  let masks = 0
  for (let b = 0; b < c.count; b++) {
    const expected = c.values[b]
    const got = part.bands[c.first + b]
    const mask = part.masks[c.first + b]
    const relative = expected instanceof Float32Array
    for (let i = 0; i < expected.length; i++) {
      const both = Number.isNaN(expected[i]) && Number.isNaN(got[i])
      const off = Math.abs(expected[i] - got[i])
      if (!both && !(off <= tolerance * (relative ? Math.abs(expected[i]) : 1))) values++
      if ((mask[i] === 0) !== (c.masks[b][i] === 1)) masks++
    }
  }
  return { values, masks }
}
