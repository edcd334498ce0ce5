/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Which level a read takes that shrinks `window` (pixels of the full image) to `output`: 0 the full image, k + 1 overviews[k].
 * It is the coarsest whose factor is below 1.2 times (nearest) or 1.0 times (all others) the wanted one, plus 0.1.
 * Not tolerant: without the 0.1, and 1.01 instead of 1.0 (one band of a warped dataset).
 */
export function bestLevel(
  full: Size,
  overviews: readonly Size[],
  window: Size,
  output: Size,
  rule: { nearest: boolean; tolerant?: boolean },
): number {
  const tolerant = rule.tolerant ?? true
  const fx = window.width / output.width
  const fy = window.height / output.height
  const wanted = fx < fy || output.height === 1 ? fx : fy
  const slack = tolerant ? 0.1 : 0
  const limit = wanted * (rule.nearest ? 1.2 : tolerant ? 1 : 1.01) + slack
  let level = 0
  let best = 0
  for (const [i, size] of overviews.entries()) {
    if (size.width > full.width || size.height > full.height) continue
    const factor = Math.min(full.width / size.width, full.height / size.height)
    if (factor >= limit || factor <= best) continue
    best = factor
    level = i + 1
    if (Math.abs(wanted - factor) < slack) break
  }
  return level
}

/** Size of a warped grid's counterpart of an overview. BOTH axes are divided by the ratio of the WIDTHS. */
export function overviewSize(grid: Size, fullWidth: number, overviewWidth: number): Size {
  const ratio = fullWidth / overviewWidth
  return { width: Math.trunc(grid.width / ratio + 0.5), height: Math.trunc(grid.height / ratio + 0.5) }
}
