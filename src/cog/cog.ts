import type { Affine } from '../grid/affine.ts'
import type { Crs } from '../grid/crs.ts'
import type { ReadOptions } from '../net/source.ts'
import type { DataType, Samples } from '../raster/raster.ts'
import type { Palette } from './color.ts'
import type { BandMetadata } from './gdal-metadata.ts'
import type { WideInteger } from './sample-type.ts'

/** What the planner needs to know of a file. Plain data. */
export interface SourceInfo {
  readonly width: number
  readonly height: number
  readonly dtype: DataType
  /** What the samples are in the file, where they are decoded to float64. */
  readonly wholeNumbers?: WideInteger
  /** All bands of the file, alpha included. */
  readonly bandCount: number
  /** 0-based index of the alpha band, if there is one. */
  readonly alphaBand?: number
  /** The file has a mask IFD (per dataset), and no alpha band. */
  readonly hasMask: boolean
  /** NaN and infinities are legal. */
  readonly nodata?: number
  readonly transform: Affine
  readonly crs: Crs
  /** Sizes of the reduced images in file order; level 0 is the full image, level k+1 is overviews[k]. */
  readonly overviews: readonly { readonly width: number; readonly height: number }[]
}

/** One decoded block, cut to what lies inside the level. Its samples lie in shared memory mostly: threads see them without a copy. */
export interface Block {
  /** Pixel position of the block's upper left corner in its level. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** One array a band of the FILE (0-based), row-major, stride = width. Bands that were not asked for may be absent. */
  readonly bands: readonly (Samples | undefined)[]
  /** 255 valid, 0 not; absent: all valid (no mask IFD). Stride = width. */
  readonly mask?: Uint8Array
}

/** A rectangle of one level, in pixels, and the blocks that cover it. */
export interface BlockWindow {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly blocks: readonly Block[]
}

/** A rectangle of a level, in pixels, fractions allowed; level 0 is the full image. */
export interface LevelWindow {
  readonly level: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** `bands` are 0-based; undefined: all. Mask blocks are read too if the file has a mask and `mask` is not false. */
export interface WindowOptions extends ReadOptions {
  readonly bands?: readonly number[]
  readonly mask?: boolean
}

/** An opened file. */
export interface Cog {
  readonly name: string
  /** The source's revision; feeds ETags. */
  readonly revision: string
  readonly info: SourceInfo
  /** Descriptions, scales, offsets … of the bands. */
  readonly metadata?: BandMetadata
  /** What each band is, by GDAL's names: gray, red, palette, alpha, undefined … */
  readonly colors?: readonly string[]
  /** Of a file whose samples are indices. */
  readonly palette?: Palette
  /**
   * Fetches and decodes the blocks under windows and lends them to `use`: when that has settled, their memory belongs to others.
   * Whoever calls this while too much is lent waits. @throws SmaltiError, the signal's reason, or what `use` throws
   */
  withWindows<T>(
    windows: readonly LevelWindow[],
    options: WindowOptions,
    use: (windows: readonly BlockWindow[]) => Promise<T> | T,
  ): Promise<T>
  /** One window whose blocks are the caller's own, for as long as they are wanted: a copy, so {@link withWindows} is the fast way. */
  readWindow(level: number, window: Omit<LevelWindow, 'level'>, options: WindowOptions): Promise<BlockWindow>
  close(): Promise<void>
}
