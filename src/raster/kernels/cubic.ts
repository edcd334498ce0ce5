import type { Samples } from '../raster.ts'
import { Bilinear } from './bilinear.ts'
import { type KernelWindow, MIN_DENSITY, type RowKernel } from './kernel.ts'
import { cubic } from './weights.ts'

/** Sixteen samples at the scale of the source; bilinear where one of them is invalid or outside the window. */
export class Cubic implements RowKernel {
  readonly #window: KernelWindow
  readonly #bilinear: Bilinear
  #n = 0
  /** Index of the upper left of sixteen valid samples, or -1. */
  readonly #base: Int32Array
  readonly #wx: Float64Array
  readonly #wy: Float64Array

  constructor(window: KernelWindow, maxRow: number) {
    this.#window = window
    this.#bilinear = new Bilinear(window, maxRow)
    this.#base = new Int32Array(maxRow)
    this.#wx = new Float64Array(maxRow * 4)
    this.#wy = new Float64Array(maxRow * 4)
  }

  prepare(n: number, x: Float64Array, y: Float64Array, good: Uint8Array): void {
    const { width, height, offset, stride } = this.#window
    const wx = this.#wx
    const wy = this.#wy
    this.#n = n
    this.#bilinear.restart()
    for (let k = 0; k < n; k++) {
      this.#base[k] = -1
      if (good[k] === 0) continue
      const i = Math.floor(x[k] - 0.5)
      const j = Math.floor(y[k] - 0.5)
      if (i >= 1 && j >= 1 && i + 2 < width && j + 2 < height && this.#allValid(i - 1, j - 1)) {
        const dx = x[k] - 0.5 - i
        const dy = y[k] - 0.5 - j
        for (let t = 0; t < 4; t++) {
          wx[k * 4 + t] = cubic(t - 1 - dx)
          wy[k * 4 + t] = cubic(t - 1 - dy)
        }
        this.#base[k] = offset + (j - 1) * stride + i - 1
        if (this.#window.density && this.#density(i - 1, j - 1, k) < MIN_DENSITY) {
          this.#base[k] = -1
          good[k] = 0
        }
      } else if (!this.#bilinear.pixel(k, x[k], y[k])) good[k] = 0
    }
  }

  #allValid(i: number, j: number): boolean {
    const { valid, width } = this.#window
    if (!valid) return true
    for (let b = 0; b < 4; b++) {
      const v = (j + b) * width + i
      if ((valid[v] & valid[v + 1] & valid[v + 2] & valid[v + 3]) !== 1) return false
    }
    return true
  }

  #density(i: number, j: number, k: number): number {
    const { density, width } = this.#window
    let sum = 0
    if (density) {
      for (let t = 0; t < 16; t++)
        sum += density[(j + (t >> 2)) * width + i + (t & 3)] * this.#wx[k * 4 + (t & 3)] * this.#wy[k * 4 + (t >> 2)]
    }
    return sum
  }

  apply(data: Samples, values: Float64Array): void {
    cubicRow(data, this.#base, this.#wx, this.#wy, this.#n, this.#window.stride, values)
    this.#bilinear.apply(data, values)
  }
}

function cubicRow(
  data: Samples,
  base: Int32Array,
  wx: Float64Array,
  wy: Float64Array,
  n: number,
  stride: number,
  values: Float64Array,
): void {
  for (let k = 0; k < n; k++) {
    let b = base[k]
    if (b < 0) continue
    const w = k * 4
    const w0 = wx[w]
    const w1 = wx[w + 1]
    const w2 = wx[w + 2]
    const w3 = wx[w + 3]
    let sum = 0
    for (let t = w; t < w + 4; t++, b += stride) {
      sum += (data[b] * w0 + data[b + 1] * w1 + data[b + 2] * w2 + data[b + 3] * w3) * wy[t]
    }
    values[k] = sum
  }
}
