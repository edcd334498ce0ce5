import { expect, it } from 'vitest'
import type { BlockWindow } from '../../src/cog/cog.ts'
import type { PartPlan, PlainPlan } from '../../src/raster/part-plan.ts'
import { readPlain } from '../../src/raster/read-plain.ts'
import { samplesOf } from '../../src/raster/raster.ts'

const SIZE = { width: 40, height: 30 }

interface Read {
  readonly window: { x: number; y: number; width: number; height: number }
  readonly output: { width: number; height: number }
}

/** A picture with a border of two columns and a row around what is read of two bands: the place of each sample, and 7 more. */
function planOf({ window, output }: Read, dtype: 'uint8' | 'int16'): [PartPlan, PlainPlan, BlockWindow] {
  const values = (more: number) => samplesOf(dtype, SIZE.width * SIZE.height).map((_, i) => i + more)
  const block = { x: 0, y: 0, ...SIZE, bands: [values(0), values(7)] }
  const read = { window, size: SIZE, output, method: 'nearest' as const }
  const box = { x: 2, y: 1, ...output }
  const steps: PlainPlan = { kind: 'plain', box, window: 0, read, maskWindow: 0, maskRead: read, margin: 0 }
  const plan: PartPlan = {
    windows: [{ level: 0, x: 0, y: 0, ...SIZE }],
    mask: false,
    width: output.width + 4,
    height: output.height + 2,
    output: [1, 0],
    file: { dtype, bandCount: 2, hasMask: false },
    steps,
  }
  return [plan, steps, { x: 0, y: 0, ...SIZE, blocks: [block] }]
}

/** Pixel of the level under pixel i of n, which `size` pixels from `offset` on become. */
function at(i: number, size: number, n: number, offset: number, limit: number): number {
  return Math.trunc(Math.max(0, Math.min(limit - 1, (i + 0.5) * (size / n) + offset + 1e-10)))
}

// RasterIO's nearest: the sample that the middle of a pixel falls on, the last one for what lies beyond the level. Tolerance: none.
it.each([
  ['the pixels themselves', { window: { x: 3, y: 2, width: 20, height: 10 }, output: { width: 20, height: 10 } }],
  ['each of them several times', { window: { x: 3.3, y: 2.6, width: 9.5, height: 7.2 }, output: { width: 31, height: 23 } }],
  ['one in two', { window: { x: 0, y: 0, width: 40, height: 30 }, output: { width: 20, height: 15 } }],
  // As many columns from the first to the last as there are, though some are left out and others repeated.
  ['the last ones again and again', { window: { x: 20, y: 15, width: 30, height: 22.5 }, output: { width: 20, height: 15 } }],
  ['the first ones again and again', { window: { x: -10, y: -7.5, width: 30, height: 22.5 }, output: { width: 20, height: 15 } }],
])('picks %s, into their box of the picture', (_, read) => {
  const { window: w, output } = read
  for (const dtype of ['uint8', 'int16'] as const) {
    const [plan, steps, window] = planOf(read, dtype)
    const part = readPlain(plan, steps, [window])
    for (const [band, more] of [7, 0].entries()) {
      const wanted = samplesOf(dtype, plan.width * plan.height)
      for (let y = 0; y < output.height; y++) {
        const row = at(y, w.height, output.height, w.y, SIZE.height)
        for (let x = 0; x < output.width; x++)
          wanted[(y + 1) * plan.width + x + 2] = row * SIZE.width + at(x, w.width, output.width, w.x, SIZE.width) + more
      }
      expect(part.bands[band]).toEqual(wanted)
    }
    const covered = part.masks[0].filter((value) => value === 255)
    expect(covered.length).toBe(output.width * output.height)
  }
})
