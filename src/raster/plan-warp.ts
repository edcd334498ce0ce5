import type { SourceInfo } from '../cog/cog.ts'
import { scaled } from '../grid/affine.ts'
import { bestLevel, overviewSize, type Size } from '../grid/level.ts'
import { type Grid, warpedGrid } from '../grid/warped-grid.ts'
import { KERNEL_RADIUS, readSteps } from './grid-read.ts'
import { PixelTransform } from './pixel-transform.ts'
import type { GridRead, PartPlan, PartRequest, Resampling, WarpChunk, WarpPlan } from './part-plan.ts'
import { bytesPerSample } from './raster.ts'
import { kernelScale, type Rect, type SourceWindow, sourceWindow } from './source-window.ts'

/** Blocks in which GDAL warps a virtual dataset that is not read whole. */
const BLOCK = { width: 512, height: 128 }
/** Bytes of source and target above which GDAL halves the rectangle. */
const CHUNK_BYTES = 64 * 1024 * 1024
const CONVOLUTIONS: ReadonlySet<Resampling> = new Set<Resampling>(['bilinear', 'cubic', 'cubic_spline', 'lanczos'])

type Window = PartPlan['windows'][number]

/** Plans the parts of one warped read: GDAL's virtual warped dataset as rio-tiler makes it. */
class WarpPlanner {
  readonly windows: Window[] = []
  readonly #chunks: WarpChunk[] = []
  readonly #info: SourceInfo
  readonly #request: PartRequest
  readonly #nodata: number | undefined

  constructor(info: SourceInfo, request: PartRequest, nodata: number | undefined) {
    this.#info = info
    this.#request = request
    this.#nodata = nodata
  }

  #level(level: number): Size {
    return level === 0 ? this.#info : this.#info.overviews[level - 1]
  }

  #transform(grid: Grid, level: number): PixelTransform {
    return new PixelTransform(grid.transform, this.#request.crs, levelTransform(this.#info, level), this.#info.crs)
  }

  #radius(): number {
    return KERNEL_RADIUS[this.#request.reproject] ?? 0
  }

  #window(t: PixelTransform, rect: Rect, level: number): SourceWindow | undefined {
    return sourceWindow(t, rect, this.#level(level), this.#radius())
  }

  /** One rectangle. Read whole, GDAL forgets that part of the window is margin. */
  #chunk(rect: Rect, w: SourceWindow | undefined, level: number, forgetMargin: boolean): void {
    if (!w) return
    this.#chunks.push({
      ...rect,
      window: this.windows.length,
      scaleX: kernelScale(rect.width, w.width, forgetMargin ? 0 : w.extraX),
      scaleY: kernelScale(rect.height, w.height, forgetMargin ? 0 : w.extraY),
    })
    this.windows.push({ level, x: w.x, y: w.y, width: w.width, height: w.height })
  }

  /** Blocks of the grid that hold a pixel of the columns and rows (ascending). */
  #blocks(t: PixelTransform, grid: Size, columns: ArrayLike<number>, rows: ArrayLike<number>, level: number): void {
    const width = Math.min(BLOCK.width, grid.width)
    const height = Math.min(BLOCK.height, grid.height)
    for (const by of blocksOf(rows, height)) {
      for (const bx of blocksOf(columns, width)) {
        const x = bx * width
        const y = by * height
        const rect = { x, y, width: Math.min(width, grid.width - x), height: Math.min(height, grid.height - y) }
        this.#chunk(rect, this.#window(t, rect, level), level, false)
      }
    }
  }

  #bytes(rect: Rect, w: SourceWindow | undefined): number {
    const { dtype, bandCount, alphaBand, hasMask } = this.#info
    const bits = bytesPerSample(dtype) * 8 * bandCount + (this.#nodata === undefined ? 0 : bandCount)
    const sourceBits = bits + (alphaBand !== undefined ? 32 : hasMask ? 1 : 0)
    const targetBits = bits + (alphaBand !== undefined ? 32 : 0)
    return (sourceBits * (w ? w.width * w.height : 0) + targetBits * rect.width * rect.height) / 8
  }

  /** The whole grid in one go; halves while it is too large; small halves are read as blocks. */
  #split(t: PixelTransform, grid: Size, rect: Rect, level: number): void {
    const { x, y, width, height } = rect
    const window = this.#window(t, rect, level)
    const isHalf = width !== grid.width || height !== grid.height
    if (isHalf && (width <= Math.min(BLOCK.width, grid.width) || height <= Math.min(BLOCK.height, grid.height))) {
      this.#blocks(t, grid, span(x, width), span(y, height), level)
    } else if (width >= 2 && height >= 2 && this.#bytes(rect, window) > CHUNK_BYTES) {
      if (width >= height) {
        const half = width >> 1
        this.#split(t, grid, { x, y, width: half, height }, level)
        this.#split(t, grid, { x: x + half, y, width: width - half, height }, level)
      } else {
        const half = height >> 1
        this.#split(t, grid, { x, y, width, height: half }, level)
        this.#split(t, grid, { x, y: y + half, width, height: height - half }, level)
      }
    } else this.#chunk(rect, window, level, true)
  }

  #result(grid: Grid, level: number, read: GridRead): WarpPlan {
    return {
      kind: 'warp',
      grid,
      targetCrs: this.#request.crs,
      sourceCrs: this.#info.crs,
      levelTransform: levelTransform(this.#info, level),
      kernel: this.#request.reproject,
      chunks: this.#chunks,
      read,
    }
  }

  /** All bands of the whole grid: straight onto the output's grid, from one level. */
  whole(grid: Grid, output: Size, addedAlpha: boolean): WarpPlan {
    let level = 0
    let target = grid
    if (output.width < grid.width || output.height < grid.height) {
      level = bestLevel(grid, this.#overviews(grid), grid, output, { nearest: this.#request.resampling === 'nearest' })
      if (level > 0) target = resized(target, this.#overviews(grid)[level - 1])
    }
    return this.#straight(target, output, level, addedAlpha)
  }

  /** A whole grid, warped onto the output's. */
  #straight(grid: Grid, output: Size, level: number, addedAlpha: boolean): WarpPlan {
    const target = resized(grid, output)
    const t = this.#transform(target, level)
    const rect = { x: 0, y: 0, width: target.width, height: target.height }
    if (addedAlpha) this.#blocks(t, target, span(0, target.width), span(0, target.height), level)
    else this.#split(t, target, rect, level)
    return this.#result(target, level, { window: rect, size: target, output, method: 'nearest' })
  }

  /**
   * Some of the bands, or a window of the grid (whole pixels): the grid at the file's resolution or at one of its overviews', resampled
   * to the output. `allBands`: as many as the grid has.
   */
  subset(
    grid: Grid,
    within: Rect,
    output: Size,
    { requested, allBands, addedAlpha }: { requested: number; allBands: boolean; addedAlpha: boolean },
  ): WarpPlan {
    const method = this.#request.resampling
    const nearest = method === 'nearest'
    const shrinks = output.width < within.width || output.height < within.height
    const both = output.width < within.width && output.height < within.height
    const large = output.width > Math.min(BLOCK.width, grid.width) && output.height > Math.min(BLOCK.height, grid.height)
    const together = (CONVOLUTIONS.has(method) && requested > 1 && both) || (allBands && large)
    let level = 0
    for (const tolerant of shrinks ? (together ? [true] : [false, true]) : []) {
      level = bestLevel(grid, this.#overviews(grid), within, output, { nearest, tolerant })
      if (level > 0) break
    }
    const target = level > 0 ? resized(grid, this.#overviews(grid)[level - 1]) : grid
    // The size goes through the ratio, as in GDAL: it may miss a whole number by the last digit.
    const fx = grid.width / target.width
    const fy = grid.height / target.height
    const part = { x: within.x / fx, y: within.y / fy, width: within.width / fx, height: within.height / fy }
    // Bands that are read together, and the only one, look at the window in whole pixels of the overview first: if that is all of it, it is
    // not resampled.
    const atOnce = allBands && (together || requested === 1)
    if (level > 0 && atOnce && isWhole(part, target)) return this.#straight(target, output, level, addedAlpha)
    const x = Math.trunc(part.x)
    const y = Math.trunc(part.y)
    const same = Math.trunc(part.width) === output.width && Math.trunc(part.height) === output.height
    const window = same && (nearest || (x === part.x && y === part.y)) ? { x, y, ...output } : part
    const read = { window, size: target, output, method }
    const steps = readSteps(read)
    const t = this.#transform(target, level)
    if (steps.kind === 'pick') this.#blocks(t, target, steps.columns, steps.rows, level)
    else this.#blocks(t, target, span(steps.region.x, steps.region.width), span(steps.region.y, steps.region.height), level)
    return this.#result(target, level, read)
  }

  #overviews(grid: Grid): readonly Size[] {
    return this.#info.overviews.map((o) => overviewSize(grid, this.#info.width, o.width))
  }
}

/** Pixel of a level -> source CRS. */
function levelTransform(info: SourceInfo, level: number): WarpPlan['levelTransform'] {
  if (level === 0) return info.transform
  const { width, height } = info.overviews[level - 1]
  return scaled(info.transform, info.width / width, info.height / height)
}

/** Rounded to whole pixels, the window is the grid. */
function isWhole({ x, y, width, height }: Rect, grid: Size): boolean {
  return x < 0.5 && y < 0.5 && Math.trunc(width + 0.5) === grid.width && Math.trunc(height + 0.5) === grid.height
}

function resized(grid: Grid, size: Size): Grid {
  if (size.width === grid.width && size.height === grid.height) return grid
  const t = grid.transform
  return {
    width: size.width,
    height: size.height,
    transform: [(t[0] * grid.width) / size.width, 0, t[2], 0, (t[4] * grid.height) / size.height, t[5]],
  }
}

/** The same pixels, and so many more on each side. */
function padded(grid: Grid, padding: number): Grid {
  if (padding === 0) return grid
  const [a, , c, , e, f] = grid.transform
  const width = grid.width + 2 * padding
  return { width, height: grid.height + 2 * padding, transform: [a, 0, c - padding * a, 0, e, f - padding * e] }
}

function span(start: number, length: number): Int32Array {
  return new Int32Array(length).map((_, i) => start + i)
}

/** Indices of the blocks of `size` that hold one of ascending `pixels`. */
function blocksOf(pixels: ArrayLike<number>, size: number): number[] {
  const blocks: number[] = []
  for (let i = 0; i < pixels.length; i++) {
    const block = Math.floor(pixels[i] / size)
    if (block !== blocks.at(-1)) blocks.push(block)
  }
  return blocks
}

/** `bands`: how many are asked for, alpha not counted. */
export function planWarp(
  info: SourceInfo,
  request: PartRequest,
  bands: number,
  nodata: number | undefined,
): Pick<PartPlan, 'windows' | 'steps'> {
  const output = { width: request.width, height: request.height }
  const padding = request.padding ?? 0
  const plain = warpedGrid(info, info.crs, request.crs, request.bbox, output)
  const grid = padded(plain, padding)
  const addedAlpha = nodata === undefined && info.alphaBand === undefined
  const requested = bands + (nodata === undefined ? 1 : 0)
  const planner = new WarpPlanner(info, request, nodata)
  const allBands = requested >= info.bandCount + (addedAlpha ? 1 : 0)
  const within = { x: padding, y: padding, width: plain.width, height: plain.height }
  const steps =
    allBands && padding === 0
      ? planner.whole(grid, output, addedAlpha)
      : planner.subset(grid, within, output, { requested, allBands, addedAlpha })
  return { windows: planner.windows, steps }
}
