import { setImmediate as breathe } from 'node:timers/promises'
import type { PixelShape } from '../raster/rasterize.ts'
import { rasterize } from '../raster/rasterize.ts'

/** Cells of one go: a few milliseconds. */
const CELLS = 4_000_000

/**
 * The part of every pixel that the shapes cover, 0..1: of scale x scale parts of it, those that a shape touches. Works in stripes, so
 * that it needs little memory and others get their turn.
 */
export async function coverageOf(
  shapes: readonly PixelShape[],
  { width, height }: { readonly width: number; readonly height: number },
  scale: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const fine = shapes.map(({ kind, rings }) => ({ kind, rings: rings.map((ring) => ring.map((v) => v * scale)) }))
  const grid = { width: width * scale, height: height * scale }
  const coverage = new Float32Array(width * height)
  const step = Math.max(1, Math.floor(CELLS / grid.width))
  for (let row = 0; row < grid.height; row += step) {
    const end = Math.min(grid.height, row + step)
    addUp(rasterize(fine, { ...grid, rows: [row, end] }), coverage, row, width, scale)
    await breathe()
    signal.throwIfAborted()
  }
  for (let i = 0; i < coverage.length; i++) coverage[i] /= scale * scale
  return coverage
}

/** Adds cells of whole rows, the first of which is `row`, to the pixels that they are parts of. */
function addUp(cells: Uint8Array, coverage: Float32Array, row: number, width: number, scale: number): void {
  for (let y = row, at = 0; at < cells.length; y++) {
    const start = Math.floor(y / scale) * width
    for (let x = start; x < start + width; x++) {
      let touched = 0
      for (let i = 0; i < scale; i++) touched += cells[at++]
      coverage[x] += touched
    }
  }
}
