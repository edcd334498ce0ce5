import { bilinear, cubic, cubicSpline } from './weights.ts'

/** Kernels whose weights are cheap polynomials. */
export type Polynomial = 'bilinear' | 'cubic' | 'cubic_spline'

/**
 * Writes the weights at x0, x0 + step, ... (n of them) to `weights` and returns their sum. A loop a kernel: called through a variable,
 * a weight costs three times as much.
 */
export function tapRow(kernel: Polynomial, weights: Float64Array, at: number, n: number, x0: number, step: number): number {
  let sum = 0
  if (kernel === 'bilinear') for (let t = 0; t < n; t++) sum += weights[at + t] = bilinear(x0 + t * step)
  else if (kernel === 'cubic') for (let t = 0; t < n; t++) sum += weights[at + t] = cubic(x0 + t * step)
  else for (let t = 0; t < n; t++) sum += weights[at + t] = cubicSpline(x0 + t * step)
  return sum
}
