/** Weight of a tap at distance x, in samples at the kernel's own scale. Not normalised. */
export type Weight = (x: number) => number

export function bilinear(x: number): number {
  const a = Math.abs(x)
  return a < 1 ? 1 - a : 0
}

/** Catmull-Rom (a = -0.5). */
export function cubic(x: number): number {
  const a = Math.abs(x)
  if (a <= 1) return a * a * (1.5 * a - 2.5) + 1
  return a <= 2 ? a * a * (-0.5 * a + 2.5) - 4 * a + 2 : 0
}

function cube(v: number): number {
  return v > 0 ? v * v * v : 0
}

/** B-spline, six times its usual height. */
export function cubicSpline(x: number): number {
  return cube(x + 2) - 4 * cube(x + 1) + 6 * cube(x) - 4 * cube(x - 1)
}

function lanczos(x: number): number {
  if (x === 0) return 1
  if (Math.abs(x) > 3) return 0
  const p = Math.PI * x
  return (Math.sin(p) * Math.sin(p / 3)) / ((p * p) / 3)
}

export const WEIGHTS = { bilinear, cubic, cubic_spline: cubicSpline, lanczos } as const
export type Convolution = keyof typeof WEIGHTS
