import type { Samples } from '../raster.ts'
import { Convolve } from './convolution.ts'
import type { KernelWindow, RowKernel, Three } from './kernel.ts'

const SKIP = -1
/** Rows that a pixel's weights have room for. */
const ROWS = 4

/**
 * bilinear where it shrinks the rows by a half at most and the columns not at all, of whole numbers: most grids that Mercator asks of
 * other projections. Two columns, and the two to four rows that have any weight; a pixel that lacks a sample is left to
 * {@link Convolve}, which multiplies all.
 */
export class ShrinkingBilinear implements RowKernel {
  readonly #window: KernelWindow
  readonly #scale: number
  readonly #rest: Convolve
  readonly #isRest: Uint8Array
  #hasRest = false
  #n = 0
  /** Index of the upper left sample that has weight. */
  readonly #start: Int32Array
  readonly #rows: Uint8Array
  /** Weight of the right column. */
  readonly #right: Float64Array
  readonly #wy: Float64Array
  readonly #divisor: Float64Array

  /** Whether it is for such a window. */
  static suits({ scaleX, scaleY, density }: KernelWindow): boolean {
    return scaleX >= 1 && scaleY >= 0.5 && scaleY < 1 && density === undefined
  }

  constructor(window: KernelWindow, maxRow: number) {
    this.#window = window
    this.#scale = window.scaleY
    this.#rest = new Convolve('bilinear', window, maxRow)
    this.#isRest = new Uint8Array(maxRow)
    this.#start = new Int32Array(maxRow)
    this.#rows = new Uint8Array(maxRow)
    this.#right = new Float64Array(maxRow)
    this.#wy = new Float64Array(maxRow * ROWS)
    this.#divisor = new Float64Array(maxRow)
  }

  prepare(n: number, x: Float64Array, y: Float64Array, good: Uint8Array): void {
    const { width, height, offset, stride, valid } = this.#window
    const scale = this.#scale
    const start = this.#start
    const rest = this.#isRest
    this.#n = n
    this.#hasRest = false
    for (let k = 0; k < n; k++) {
      start[k] = SKIP
      rest[k] = 0
      if (good[k] === 0) continue
      const i = Math.floor(x[k] - 0.5)
      const j = Math.floor(y[k] - 0.5)
      const above = (j - 0.5 - y[k]) * scale
      // Of the rows j - 1 to j + 2, the outer ones have weight only where the place is near them.
      const first = above > -1 ? -1 : 0
      const last = above + 3 * scale < 1 ? 2 : 1
      const top = j + first
      const rows = last - first + 1
      if (i < 0 || top < 0 || i + 1 >= width || j + last >= height || (valid && !allValid(valid, top * width + i, width, rows))) {
        rest[k] = 1
        this.#hasRest = true
        continue
      }
      start[k] = offset + top * stride + i
      this.#rows[k] = rows
      this.#right[k] = x[k] - 0.5 - i
      this.#divisor[k] = rowWeights(this.#wy, k * ROWS, rows, above + (first + 1) * scale, scale)
    }
    if (this.#hasRest) this.#prepareRest(x, y, good)
  }

  #prepareRest(x: Float64Array, y: Float64Array, good: Uint8Array): void {
    const rest = this.#isRest
    const there = rest.slice()
    this.#rest.prepare(this.#n, x, y, there)
    for (let k = 0; k < this.#n; k++) if (rest[k] > there[k]) good[k] = 0
  }

  apply(data: Samples, values: Float64Array): void {
    const start = this.#start
    const { stride } = this.#window
    for (let k = 0; k < this.#n; k++) {
      if (start[k] === SKIP) continue
      const right = this.#right[k]
      const left = 1 - right
      let sum = 0
      for (let w = k * ROWS, end = w + this.#rows[k], at = start[k]; w < end; w++, at += stride) {
        sum += (data[at] * left + data[at + 1] * right) * this.#wy[w]
      }
      values[k] = sum / this.#divisor[k]
    }
    if (this.#hasRest) this.#rest.apply(data, values)
  }

  applyThree([a, b, c]: Three<Samples>, [toA, toB, toC]: Three<Float64Array>): void {
    const start = this.#start
    const rows = this.#rows
    const wy = this.#wy
    const rights = this.#right
    const divisors = this.#divisor
    const { stride } = this.#window
    for (let k = 0; k < this.#n; k++) {
      if (start[k] === SKIP) continue
      const right = rights[k]
      const left = 1 - right
      let sumA = 0
      let sumB = 0
      let sumC = 0
      for (let w = k * ROWS, end = w + rows[k], at = start[k]; w < end; w++, at += stride) {
        const weight = wy[w]
        sumA += (a[at] * left + a[at + 1] * right) * weight
        sumB += (b[at] * left + b[at + 1] * right) * weight
        sumC += (c[at] * left + c[at + 1] * right) * weight
      }
      const divisor = divisors[k]
      toA[k] = sumA / divisor
      toB[k] = sumB / divisor
      toC[k] = sumC / divisor
    }
    if (!this.#hasRest) return
    this.#rest.apply(a, toA)
    this.#rest.apply(b, toB)
    this.#rest.apply(c, toC)
  }
}

function allValid(valid: Uint8Array, at: number, width: number, rows: number): boolean {
  for (let row = 0; row < rows; row++, at += width) if ((valid[at] & valid[at + 1]) === 0) return false
  return true
}

/** Writes the weights of rows that are `step` apart from `first` on, and returns what to divide by. */
function rowWeights(weights: Float64Array, at: number, rows: number, first: number, step: number): number {
  let sum = 0
  for (let row = 0; row < rows; row++) sum += weights[at + row] = 1 - Math.abs(first + row * step)
  return Math.abs(sum - 1) <= 1e-5 ? 1 : sum
}
