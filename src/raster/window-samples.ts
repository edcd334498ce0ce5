import type { BlockWindow } from '../cog/cog.ts'
import { type DataType, type Samples, isOf, samplesOf } from './raster.ts'

/** Samples of a window: pixel (column, row) of the window is at `offset + row * stride + column`. */
export interface WindowSamples {
  readonly width: number
  readonly height: number
  readonly offset: number
  readonly stride: number
  /** By band of the file; absent where it was not asked for. */
  readonly bands: readonly (Samples | undefined)[]
  /** The bands are copies, of no use to others. */
  readonly joined?: boolean
}

/**
 * The bands of a window in one piece each. A window within one block is a view of it, else rows are copied together.
 * `type` is the arrays' type; blocks of another one are converted.
 */
export function windowSamples(window: BlockWindow, bands: readonly number[], type: DataType): WindowSamples {
  const { x, y, width, height, blocks } = window
  const count = Math.max(...bands) + 1
  const whole = blocks.find((b) => b.x <= x && b.y <= y && b.x + b.width >= x + width && b.y + b.height >= y + height)
  const kept = whole?.bands[bands[0]]
  if (whole && kept && isOf(kept, type)) {
    const offset = (y - whole.y) * whole.width + x - whole.x
    return { width, height, offset, stride: whole.width, bands: whole.bands }
  }
  const joined: (Samples | undefined)[] = Array.from({ length: count })
  for (const band of bands) {
    const out = samplesOf(type, width * height)
    for (const block of blocks) {
      const samples = block.bands[band]
      if (samples) copyRows(samples, block, out, window)
    }
    joined[band] = out
  }
  return { width, height, offset: 0, stride: width, bands: joined, joined: true }
}

/** Mask of a window, 0 not valid, stride = width; undefined: all valid. */
export function windowMask(window: BlockWindow): Uint8Array | undefined {
  if (!window.blocks.some((b) => b.mask)) return undefined
  const out = new Uint8Array(window.width * window.height)
  for (const block of window.blocks)
    copyRows(block.mask ?? new Uint8Array(block.width * block.height).fill(255), block, out, window)
  return out
}

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function copyRows(from: Samples, block: Place, to: Samples, window: Place): void {
  const x0 = Math.max(block.x, window.x)
  const x1 = Math.min(block.x + block.width, window.x + window.width)
  const y0 = Math.max(block.y, window.y)
  const y1 = Math.min(block.y + block.height, window.y + window.height)
  if (x1 <= x0) return
  for (let y = y0; y < y1; y++) {
    const at = (y - block.y) * block.width - block.x
    to.set(from.subarray(at + x0, at + x1), (y - window.y) * window.width + x0 - window.x)
  }
}
