import type { Cogs } from './cog/cogs.ts'
import type { BBox } from './grid/bbox.ts'
import type { Mosaics } from './mosaic/mosaics.ts'
import type { Trace } from './net/source.ts'
import type { Reprojection, Resampling } from './raster/plan.ts'
import type { Pool } from './work/pool.ts'

/** What every request shares: made once at the start, from the configuration. */
export interface Engine {
  readonly mosaics: Mosaics
  readonly cogs: Cogs
  readonly pool: Pool
  readonly limits: { readonly maxAssets: number; readonly maxPixels: number }
}

export interface TileRequest {
  readonly url: string
  /** Tile matrix set, by its id. */
  readonly tms: string
  readonly z: number
  readonly x: number
  readonly y: number
  /** Pixels of one side: tilesize times the `@{scale}x` of the path. */
  readonly size: number
  /** 1-based. */
  readonly bidx?: readonly number[]
  readonly nodata?: number
  readonly resampling: Resampling
  readonly reproject: Reprojection
  readonly rescale?: readonly (readonly [min: number, max: number])[]
  readonly returnMask: boolean
  /** A key of the encoders' registry; undefined: PNG where a pixel is masked, else JPEG. */
  readonly format?: string
  readonly pixelSelection: string
  readonly onError: 'skip' | 'fail'
}

export interface TileAnswer {
  /** undefined: no asset at the tile, or nothing valid in it. */
  readonly body?: Uint8Array
  readonly mediaType?: string
  readonly bbox: BBox
  /** EPSG code of the tile matrix set. */
  readonly epsg: number
  /** Assets whose pixels were used, in mosaic order, and those that could not be read. */
  readonly assets: readonly string[]
  readonly skipped: readonly string[]
  /** Strong, quoted. */
  readonly etag: string
  readonly trace: Trace
}

/** A picture of one tile. @throws SmaltiError */
export declare function tile(engine: Engine, request: TileRequest, signal: AbortSignal): Promise<TileAnswer>
/** The ETag that {@link tile} would answer with, if it is known without opening anything. */
export declare function knownEtag(engine: Engine, request: TileRequest): string | undefined
