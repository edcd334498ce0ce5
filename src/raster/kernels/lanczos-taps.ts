const THIRD = Math.PI / 3

/**
 * Weights of taps that are `step` apart. The sines of equal steps follow from each other by rotation, so a row of taps costs two calls of the
 * maths library.
 */
export class LanczosTaps {
  readonly #step: number
  readonly #sin: number
  readonly #cos: number

  constructor(step: number) {
    this.#step = step
    this.#sin = Math.sin(THIRD * step)
    this.#cos = Math.cos(THIRD * step)
  }

  /** Writes the weights at x0, x0 + step, ... (n of them) to `weights` and returns their sum. Beyond three lobes they are exactly 0. */
  row(weights: Float64Array, at: number, n: number, x0: number): number {
    const step = this.#step
    const turnSin = this.#sin
    const turnCos = this.#cos
    let s = Math.sin(THIRD * x0)
    let c = Math.cos(THIRD * x0)
    let sum = 0
    for (let t = 0; t < n; t++) {
      const x = x0 + t * step
      // sin(3a) = 3 sin a - 4 sin^3 a, and the kernel is sin(3a) sin(a) / 3a^2.
      const w = x === 0 ? 1 : x > 3 || x < -3 ? 0 : (s * s * (3 - 4 * s * s)) / (3 * THIRD * THIRD * x * x)
      weights[at + t] = w
      sum += w
      const next = s * turnCos + c * turnSin
      c = c * turnCos - s * turnSin
      s = next
    }
    return sum
  }
}
