import type { SourceInfo } from '../cog/cog.ts'
import type { Affine } from '../grid/affine.ts'
import type { BBox } from '../grid/bbox.ts'
import type { Crs } from '../grid/crs.ts'
import type { Size } from '../grid/level.ts'
import type { Grid } from '../grid/warped-grid.ts'
import type { Expression } from './expression/parse.ts'
import type { DataType, Samples } from './raster.ts'
import type { Rect } from './source-window.ts'
import type { ValueSteps } from './values.ts'

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
  /** Pixels of the file, fractions allowed, instead of `bbox`: a picture in the file's own grid, whatever its rotation. */
  readonly window?: Rect
  /** Instead of the file's own. */
  readonly nodata?: number
  /** Values with the file's scale and offset: float32. */
  readonly unscale?: boolean
  /** Instead of the bands themselves; `bands` are then the expression's. */
  readonly expression?: Expression
  readonly resampling: Resampling
  readonly reproject: Reprojection
  /** The file's samples are indices of a palette: a mean of two of them is a third colour, so kernels that mix give way to nearest. */
  readonly indexed?: boolean
  /**
   * Pixels around the box that take part in the resampling and are cut off again: of the grid that the file is warped to, in the file's
   * own CRS of the picture. A whole number; default 0.
   */
  readonly padding?: number
}

/** A rectangle of a target grid that is warped in one go; the source window and the kernel's scale are its own. */
export interface WarpChunk extends Rect {
  /** Index of its window in the plan. */
  readonly window: number
  /** Target pixels a source pixel. */
  readonly scaleX: number
  readonly scaleY: number
}

/** A target grid and the level of the file that it is warped from. Chunks that miss the file are left out. */
export interface WarpPlan {
  readonly kind: 'warp'
  readonly grid: Grid
  readonly targetCrs: Crs
  readonly sourceCrs: Crs
  /** Pixel of the level -> source CRS. */
  readonly levelTransform: Affine
  readonly kernel: Reprojection
  readonly chunks: readonly WarpChunk[]
  /** How the output is taken from the grid. */
  readonly read: GridRead
}

/** A window of pixels, fractions allowed, over a grid of `size`, resampled to the output. */
export interface GridRead {
  readonly window: Rect
  readonly size: Size
  readonly output: Size
  readonly method: Resampling
}

/** The file's own grid: no warp. What is outside `box` (output pixels) is not covered by the file. */
export interface PlainPlan {
  readonly kind: 'plain'
  readonly box: Rect
  /** Index of the window that `read` looks at. */
  readonly window: number
  readonly read: GridRead
  /** The mask band's, where the file has one. */
  readonly maskWindow: number
  readonly maskRead: GridRead
  /** Pixels to cut from each side of what was read. */
  readonly margin: number
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
  /** Of what is read: the picture, and the margin around it if the plan has one. */
  readonly width: number
  readonly height: number
  /** 0-based bands of the file in the order of the picture. */
  readonly output: readonly number[]
  readonly file: Pick<SourceInfo, 'dtype' | 'bandCount' | 'alphaBand' | 'hasMask' | 'nodata'>
  /** What counts as no data: the request's, else the file's. */
  readonly nodata?: number
  readonly steps: WarpPlan | PlainPlan
  /** What is done to the values at the end. */
  readonly values?: ValueSteps
}

/** `bands` as requested, row-major; `masks[i]` 255 valid, 0 not (may be one shared array); alpha samples of the file if it has an alpha band that was read. */
export interface WarpedPart {
  readonly width: number
  readonly height: number
  readonly bands: readonly Samples[]
  readonly masks: readonly Uint8Array[]
  readonly alpha?: Samples
  /** Of the bands, where it is not the file's. */
  readonly dtype?: DataType
  /** float64 samples that are numpy's int64. */
  readonly wholeNumbers?: 'int64'
}
