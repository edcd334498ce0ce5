import type { SourceInfo } from '../cog/cog.ts'
import type { BBox } from '../grid/bbox.ts'
import type { Crs } from '../grid/crs.ts'
import type { Samples } from './raster.ts'

export const RESAMPLINGS = ['nearest', 'bilinear', 'cubic', 'cubic_spline', 'lanczos', 'average', 'mode', 'gauss', 'rms'] as const
export type Resampling = (typeof RESAMPLINGS)[number]
export const REPROJECTIONS = [
  'nearest',
  'bilinear',
  'cubic',
  'cubic_spline',
  'lanczos',
  'average',
  'mode',
  'max',
  'min',
  'med',
  'q1',
  'q3',
  'sum',
  'rms',
] as const
export type Reprojection = (typeof REPROJECTIONS)[number]

/** What is wanted of one file: `width` x `height` pixels over `bbox` in `crs`. */
export interface PartRequest {
  readonly bbox: BBox
  readonly crs: Crs
  readonly width: number
  readonly height: number
  /** 0-based bands of the file in the wanted order, repeats allowed; undefined: all but alpha. */
  readonly bands?: readonly number[]
  /** Instead of the file's own. */
  readonly nodata?: number
  readonly resampling: Resampling
  readonly reproject: Reprojection
}

/** Windows to read, and what to do with them. Plain data: it travels to a raster thread. */
export interface PartPlan {
  readonly windows: readonly {
    readonly level: number
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }[]
  /** 0-based bands to read for every window; undefined: all. */
  readonly bands?: readonly number[]
  /** Whether mask blocks are needed. */
  readonly mask: boolean
}

/** `bands` as requested, row-major; `masks[i]` 255 valid, 0 not (may be one shared array); alpha samples of the file if it has an alpha band that was read. */
export interface WarpedPart {
  readonly width: number
  readonly height: number
  readonly bands: readonly Samples[]
  readonly masks: readonly Uint8Array[]
  readonly alpha?: Samples
}

/** Level, chunks and source windows by the pixel model. undefined: the file does not touch the box. @throws ParameterError a band that is not there */
export declare function planPart(info: SourceInfo, request: PartRequest): PartPlan | undefined
