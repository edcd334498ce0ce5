import type { WarpJob } from './warp-job.ts'

/** A place so near the far edges is looked at more closely. */
const SLACK = 1e-9

/**
 * Turns the places of a row that lies in the window from end to end into window coordinates, where all samples are valid: `good` is set
 * everywhere. Returns how many there are. undefined: a place is on the window's edge or outside, or may not be valid, and nothing is
 * changed.
 */
export function placesInside(
  { place, window }: WarpJob,
  n: number,
  x: Float64Array,
  y: Float64Array,
  good: Uint8Array,
): number | undefined {
  if (window.valid) return undefined
  const left = place.x
  const top = place.y
  const right = left + window.width - SLACK
  const bottom = top + window.height - SLACK
  for (let i = 0; i < n; i++) {
    const px = x[i]
    const py = y[i]
    if (!(px >= left && py >= top && px < right && py < bottom)) return undefined
  }
  for (let i = 0; i < n; i++) {
    x[i] -= left
    y[i] -= top
  }
  good.fill(1)
  return n
}
