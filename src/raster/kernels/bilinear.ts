import type { Samples } from '../raster.ts'
import { type KernelWindow, MIN_BILINEAR_WEIGHT, type RowKernel, type Three } from './kernel.ts'

const SKIP = -1

/** Four samples at the scale of the source. Samples that are invalid or outside drop out of the mean. */
export class Bilinear implements RowKernel {
  readonly #window: KernelWindow
  #n = 0
  /** Index of the upper left of four valid samples. */
  readonly #base: Int32Array
  readonly #wx: Float64Array
  readonly #wy: Float64Array
  /** Pixels whose four samples are not all there: position in the row, four indices (-1 drops out), four weights. */
  #partial = 0
  readonly #at: Int32Array
  readonly #taps: Int32Array
  readonly #weights: Float64Array

  constructor(window: KernelWindow, maxRow: number) {
    this.#window = window
    this.#base = new Int32Array(maxRow)
    this.#wx = new Float64Array(maxRow)
    this.#wy = new Float64Array(maxRow)
    this.#at = new Int32Array(maxRow)
    this.#taps = new Int32Array(maxRow * 4)
    this.#weights = new Float64Array(maxRow * 4)
  }

  prepare(n: number, x: Float64Array, y: Float64Array, good: Uint8Array): void {
    const { width, height, offset, stride, valid } = this.#window
    const base = this.#base
    this.#n = n
    this.#partial = 0
    for (let k = 0; k < n; k++) {
      base[k] = SKIP
      if (good[k] === 0) continue
      const i = Math.floor(x[k] - 0.5)
      const j = Math.floor(y[k] - 0.5)
      const v = j * width + i
      const inside = i >= 0 && j >= 0 && i + 1 < width && j + 1 < height
      if (inside && (valid === undefined || (valid[v] & valid[v + 1] & valid[v + width] & valid[v + width + 1]) === 1)) {
        base[k] = offset + j * stride + i
        this.#wx[k] = 1.5 - (x[k] - i)
        this.#wy[k] = 1.5 - (y[k] - j)
      } else if (!this.pixel(k, x[k], y[k])) good[k] = 0
    }
  }

  /** Starts a row that is filled by {@link pixel} alone. */
  restart(): void {
    this.#n = 0
    this.#partial = 0
  }

  /** One pixel by the samples that are there; false: too few of them. */
  pixel(k: number, x: number, y: number): boolean {
    const { width, height, offset, stride, valid } = this.#window
    const i = Math.floor(x - 0.5)
    const j = Math.floor(y - 0.5)
    const fx = 1.5 - (x - i)
    const fy = 1.5 - (y - j)
    const p = this.#partial
    let sum = 0
    for (let t = 0; t < 4; t++) {
      const column = i + (t & 1)
      const row = j + (t >> 1)
      const there = column >= 0 && row >= 0 && column < width && row < height && (!valid || valid[row * width + column] === 1)
      const weight = there ? ((t & 1) === 0 ? fx : 1 - fx) * (t >> 1 === 0 ? fy : 1 - fy) : 0
      this.#taps[p * 4 + t] = there ? offset + row * stride + column : SKIP
      this.#weights[p * 4 + t] = weight
      sum += weight
    }
    if (sum < MIN_BILINEAR_WEIGHT) return false
    for (let t = 0; t < 4; t++) this.#weights[p * 4 + t] /= sum
    this.#at[p] = k
    this.#partial++
    return true
  }

  apply(data: Samples, values: Float64Array): void {
    bilinearRow(data, this.#base, this.#wx, this.#wy, this.#n, this.#window.stride, values)
    if (this.#partial > 0) this.#applyPartial(data, values)
  }

  applyThree(bands: Three<Samples>, values: Three<Float64Array>): void {
    threeRows(bands, this.#base, this.#wx, this.#wy, this.#n, this.#window.stride, values)
    if (this.#partial > 0) for (const [b, data] of bands.entries()) this.#applyPartial(data, values[b])
  }

  #applyPartial(data: Samples, values: Float64Array): void {
    for (let p = 0; p < this.#partial; p++) {
      let sum = 0
      for (let t = p * 4; t < p * 4 + 4; t++) if (this.#taps[t] >= 0) sum += data[this.#taps[t]] * this.#weights[t]
      values[this.#at[p]] = sum
    }
  }
}

function bilinearRow(
  data: Samples,
  base: Int32Array,
  wx: Float64Array,
  wy: Float64Array,
  n: number,
  stride: number,
  values: Float64Array,
): void {
  for (let k = 0; k < n; k++) {
    const b = base[k]
    if (b < 0) continue
    const fx = wx[k]
    const fy = wy[k]
    const upper = data[b] * fx + data[b + 1] * (1 - fx)
    const lower = data[b + stride] * fx + data[b + stride + 1] * (1 - fx)
    values[k] = upper * fy + lower * (1 - fy)
  }
}

/** {@link bilinearRow} of three bands. */
function threeRows(
  [a, b, c]: Three<Samples>,
  base: Int32Array,
  wx: Float64Array,
  wy: Float64Array,
  n: number,
  stride: number,
  [toA, toB, toC]: Three<Float64Array>,
): void {
  for (let k = 0; k < n; k++) {
    const upper = base[k]
    if (upper < 0) continue
    const lower = upper + stride
    const left = wx[k]
    const right = 1 - left
    const above = wy[k]
    const below = 1 - above
    toA[k] = (a[upper] * left + a[upper + 1] * right) * above + (a[lower] * left + a[lower + 1] * right) * below
    toB[k] = (b[upper] * left + b[upper + 1] * right) * above + (b[lower] * left + b[lower + 1] * right) * below
    toC[k] = (c[upper] * left + c[upper + 1] * right) * above + (c[lower] * left + c[lower + 1] * right) * below
  }
}
