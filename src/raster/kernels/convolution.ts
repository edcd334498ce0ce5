import type { Samples } from '../raster.ts'
import { type KernelWindow, MIN_WEIGHT, type RowKernel } from './kernel.ts'
import { LanczosTaps } from './lanczos-taps.ts'
import { fourSum, fullSum, sixSum } from './tap-sums.ts'
import { type Polynomial, tapRow } from './taps.ts'
import type { Convolution } from './weights.ts'

const RADIUS: Readonly<Record<Convolution, number>> = { bilinear: 1, cubic: 2, cubic_spline: 2, lanczos: 3 }
const SKIP = -1
const FULL = 0
const PARTIAL = 1

/** The general kernel: stretched by 1/scale when shrinking, divided by the weight that took part. */
export class Convolve implements RowKernel {
  readonly #window: KernelWindow
  /** Not asked where lanczos has its own. */
  readonly #polynomial: Polynomial
  readonly #sx: number
  readonly #sy: number
  /** Only lanczos has them. */
  readonly #lanczosX: LanczosTaps | undefined
  readonly #lanczosY: LanczosTaps | undefined
  /** First tap relative to the sample left of (above) the place, and how many there are. */
  readonly #firstX: number
  readonly #firstY: number
  readonly #nx: number
  readonly #ny: number
  #n = 0
  readonly #state: Int8Array
  readonly #i: Int32Array
  readonly #j: Int32Array
  readonly #wx: Float64Array
  readonly #wy: Float64Array
  readonly #divisor: Float64Array

  constructor(name: Convolution, window: KernelWindow, maxRow: number) {
    const radius = RADIUS[name]
    const rx = window.scaleX < 1 ? Math.ceil(radius / window.scaleX) : radius
    const ry = window.scaleY < 1 ? Math.ceil(radius / window.scaleY) : radius
    // GDAL's masked bilinear and lanczos start one tap earlier; its weight is 0 or counted as missing.
    const first = radius === 2 || !window.valid ? 1 : 0
    this.#window = window
    this.#polynomial = name === 'lanczos' ? 'bilinear' : name
    this.#sx = Math.min(window.scaleX, 1)
    this.#sy = Math.min(window.scaleY, 1)
    this.#lanczosX = name === 'lanczos' ? new LanczosTaps(this.#sx) : undefined
    this.#lanczosY = name === 'lanczos' ? new LanczosTaps(this.#sy) : undefined
    this.#firstX = first - rx
    this.#firstY = first - ry
    this.#nx = rx - this.#firstX + 1
    this.#ny = ry - this.#firstY + 1
    this.#state = new Int8Array(maxRow)
    this.#i = new Int32Array(maxRow)
    this.#j = new Int32Array(maxRow)
    this.#wx = new Float64Array(maxRow * this.#nx)
    this.#wy = new Float64Array(maxRow * this.#ny)
    this.#divisor = new Float64Array(maxRow)
  }

  prepare(n: number, x: Float64Array, y: Float64Array, good: Uint8Array): void {
    const { width, height, valid } = this.#window
    const nx = this.#nx
    const ny = this.#ny
    this.#n = n
    for (let k = 0; k < n; k++) {
      this.#state[k] = SKIP
      if (good[k] === 0) continue
      const i = Math.floor(x[k] - 0.5)
      const j = Math.floor(y[k] - 0.5)
      const offX = (this.#firstX - (x[k] - 0.5 - i)) * this.#sx
      const offY = (this.#firstY - (y[k] - 0.5 - j)) * this.#sy
      const sumX =
        this.#lanczosX?.row(this.#wx, k * nx, nx, offX) ?? tapRow(this.#polynomial, this.#wx, k * nx, nx, offX, this.#sx)
      const sumY =
        this.#lanczosY?.row(this.#wy, k * ny, ny, offY) ?? tapRow(this.#polynomial, this.#wy, k * ny, ny, offY, this.#sy)
      const left = i + this.#firstX
      const top = j + this.#firstY
      this.#i[k] = left
      this.#j[k] = top
      const inside = left >= 0 && top >= 0 && left + nx <= width && top + ny <= height
      if (inside && (!valid || this.#allValid(left, top))) {
        if (this.#finish(k, sumX * sumY, this.#window.density ? this.#density(k) : sumX * sumY)) this.#state[k] = FULL
      } else if (this.#partial(k)) this.#state[k] = PARTIAL
      if (this.#state[k] === SKIP) good[k] = 0
    }
  }

  #finish(k: number, sum: number, density: number): boolean {
    if (!(sum >= MIN_WEIGHT) || (this.#window.valid && !(density >= MIN_WEIGHT))) return false
    this.#divisor[k] = Math.abs(sum - 1) <= 1e-5 ? 1 : sum
    return true
  }

  #allValid(left: number, top: number): boolean {
    const { valid, width } = this.#window
    if (valid) {
      for (let b = top; b < top + this.#ny; b++) {
        for (let v = b * width + left; v < b * width + left + this.#nx; v++) if (valid[v] === 0) return false
      }
    }
    return true
  }

  #density(k: number): number {
    const { density, width } = this.#window
    let sum = 0
    if (density) {
      for (let b = 0; b < this.#ny; b++) {
        const row = (this.#j[k] + b) * width + this.#i[k]
        for (let a = 0; a < this.#nx; a++) sum += density[row + a] * this.#wx[k * this.#nx + a] * this.#wy[k * this.#ny + b]
      }
    }
    return sum
  }

  /** Some taps are outside or invalid: which weight is left. */
  #partial(k: number): boolean {
    const { width, height, valid, density } = this.#window
    let sum = 0
    let dense = 0
    let present = 0
    let used = 0
    for (let b = 0; b < this.#ny; b++) {
      const row = this.#j[k] + b
      if (row < 0 || row >= height) continue
      const wy = this.#wy[k * this.#ny + b]
      for (let a = 0; a < this.#nx; a++) {
        const column = this.#i[k] + a
        if (column < 0 || column >= width) continue
        const wx = this.#wx[k * this.#nx + a]
        // Weight 0 in the middle of a lobe is a tap too, but only beyond three lobes is it exactly 0.
        if (this.#inReach(k, a, b)) present++
        if (valid && valid[row * width + column] === 0) continue
        if (this.#inReach(k, a, b)) used++
        sum += wx * wy
        dense += (density ? density[row * width + column] : 1) * wx * wy
      }
    }
    if (this.#lanczosX && valid && used < Math.floor(present / 2)) return false
    return this.#finish(k, sum, dense)
  }

  /** Only lanczos asks: a tap beyond its three lobes does not count. */
  #inReach(k: number, a: number, b: number): boolean {
    return this.#lanczosX !== undefined && this.#wx[k * this.#nx + a] !== 0 && this.#wy[k * this.#ny + b] !== 0
  }

  apply(data: Samples, values: Float64Array): void {
    const { offset, stride } = this.#window
    const n = this.#n
    const nx = this.#nx
    const ny = this.#ny
    const wx = this.#wx
    const wy = this.#wy
    const state = this.#state
    const divisor = this.#divisor
    const left = this.#i
    const top = this.#j
    for (let k = 0; k < n; k++) {
      if (state[k] === FULL) {
        const start = offset + top[k] * stride + left[k]
        const sum =
          nx === 6
            ? sixSum(data, start, stride, wx, k * 6, wy, k * ny, ny)
            : nx === 4
              ? fourSum(data, start, stride, wx, k * 4, wy, k * ny, ny)
              : fullSum(data, start, stride, wx, k * nx, nx, wy, k * ny, ny)
        values[k] = sum / divisor[k]
      } else if (state[k] === PARTIAL) values[k] = this.#partialSum(data, k) / divisor[k]
    }
  }

  #partialSum(data: Samples, k: number): number {
    const { width, height, offset, stride, valid } = this.#window
    const left = this.#i[k]
    const a0 = Math.max(0, -left)
    const a1 = Math.min(this.#nx, width - left)
    let sum = 0
    for (let b = 0; b < this.#ny; b++) {
      const row = this.#j[k] + b
      if (row < 0 || row >= height) continue
      let rowSum = 0
      for (let a = a0; a < a1; a++) {
        if (valid && valid[row * width + left + a] === 0) continue
        rowSum += data[offset + row * stride + left + a] * this.#wx[k * this.#nx + a]
      }
      sum += rowSum * this.#wy[k * this.#ny + b]
    }
    return sum
  }
}
