import type { Samples } from '../raster.ts'

/** Weighted sum of nx by ny samples from `start`; the weights are from `x0` and `y0`. */
export function fullSum(
  data: Samples,
  start: number,
  stride: number,
  wx: Float64Array,
  x0: number,
  nx: number,
  wy: Float64Array,
  y0: number,
  ny: number,
): number {
  let sum = 0
  for (let b = 0; b < ny; b++) {
    const row = start + b * stride
    let even = 0
    let odd = 0
    // Two sums that do not wait for each other. Most kernels have an even number of taps.
    const pairs = nx - 1
    let a = 0
    for (; a < pairs; a += 2) {
      even += data[row + a] * wx[x0 + a]
      odd += data[row + a + 1] * wx[x0 + a + 1]
    }
    if (a < nx) even += data[row + a] * wx[x0 + a]
    sum += (even + odd) * wy[y0 + b]
  }
  return sum
}

/** {@link fullSum} of four columns, as bilinear has that shrinks by less than a half. */
export function fourSum(
  data: Samples,
  start: number,
  stride: number,
  wx: Float64Array,
  x0: number,
  wy: Float64Array,
  y0: number,
  ny: number,
): number {
  const w0 = wx[x0]
  const w1 = wx[x0 + 1]
  const w2 = wx[x0 + 2]
  const w3 = wx[x0 + 3]
  let sum = 0
  for (let b = 0, r = start; b < ny; b++, r += stride) {
    sum += (data[r] * w0 + data[r + 1] * w1 + data[r + 2] * w2 + data[r + 3] * w3) * wy[y0 + b]
  }
  return sum
}

/** {@link fullSum} of six columns, as lanczos at the scale of the source has: the weights stay in registers. */
export function sixSum(
  data: Samples,
  start: number,
  stride: number,
  wx: Float64Array,
  x0: number,
  wy: Float64Array,
  y0: number,
  ny: number,
): number {
  const w0 = wx[x0]
  const w1 = wx[x0 + 1]
  const w2 = wx[x0 + 2]
  const w3 = wx[x0 + 3]
  const w4 = wx[x0 + 4]
  const w5 = wx[x0 + 5]
  let sum = 0
  for (let b = 0, r = start; b < ny; b++, r += stride) {
    sum +=
      (data[r] * w0 + data[r + 1] * w1 + data[r + 2] * w2 + data[r + 3] * w3 + data[r + 4] * w4 + data[r + 5] * w5) * wy[y0 + b]
  }
  return sum
}
