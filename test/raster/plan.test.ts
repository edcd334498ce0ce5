import { describe, expect, test } from 'vitest'
import type { SourceInfo } from '../../src/cog/cog.ts'
import { ParameterError } from '../../src/errors.ts'
import { WEB_MERCATOR, WGS84, crsFromEpsg } from '../../src/grid/crs.ts'
import { PixelTransform } from '../../src/raster/pixel-transform.ts'
import { type PartRequest, planPart } from '../../src/raster/plan.ts'
import { kernelScale } from '../../src/raster/source-window.ts'
import { fixture } from './fixture.ts'

const utm: SourceInfo = {
  width: 1000,
  height: 1000,
  dtype: 'uint8',
  bandCount: 3,
  hasMask: false,
  transform: [10, 0, 500000, 0, -10, 5500000],
  crs: crsFromEpsg(32633) ?? WGS84,
  overviews: [
    { width: 500, height: 500 },
    { width: 250, height: 250 },
  ],
}
/** `factor`: how much coarser than the file's 10 m (15.6 m of Web Mercator at this latitude). */
function request(factor: number, more: Partial<PartRequest> = {}): PartRequest {
  const half = (256 * 15.55 * factor) / 2
  const [x, y] = [1677000, 6375000]
  const bbox = [x - half, y - half, x + half, y + half] as const
  return { bbox, crs: WEB_MERCATOR, width: 256, height: 256, resampling: 'nearest', reproject: 'nearest', ...more }
}
const levels = (factor: number, more: Partial<PartRequest> = {}) =>
  new Set(planPart(utm, request(factor, more))?.windows.map((w) => w.level))

/** Of the grid that the picture is warped onto. */
function targetWidth(file: SourceInfo): number | undefined {
  const steps = planPart(file, request(3.9, { padding: 1 }))?.steps
  return steps?.kind === 'warp' ? steps.grid.width : undefined
}

describe('level', () => {
  test('nearest takes one that is up to 1.2 times too coarse, the others do not', () => {
    expect(levels(1.7)).toStrictEqual(new Set([1]))
    expect(levels(1.7, { resampling: 'bilinear' })).toStrictEqual(new Set([0]))
    expect(levels(2, { resampling: 'bilinear' })).toStrictEqual(new Set([1]))
  })
  test('one band is read by a stricter rule than all', () => {
    expect(levels(3.28)).toStrictEqual(new Set([2]))
    expect(levels(3.28, { bands: [0] })).toStrictEqual(new Set([1]))
  })
  test('below the coarsest overview it is the last one', () => {
    expect(levels(3.9 * 4)).toStrictEqual(new Set([2]))
  })
})

describe('plan', () => {
  // As GDAL 3.10: tiles of titiler with padding=1 and 2 are equal to the last pixel by this rule, of files with one band and with several.
  test('a padded picture of the only band is warped straight onto its grid where the padding is less than half a pixel of the overview', () => {
    expect(targetWidth({ ...utm, bandCount: 1, nodata: 0 })).toBe(256)
    expect(targetWidth({ ...utm, nodata: 0 })).not.toBe(256)
  })

  test('a file that does not touch the box has none', () => {
    expect(planPart(utm, request(1, { bbox: [0, 0, 1000, 1000] }))).toBeUndefined()
  })
  test('windows lie inside their level', () => {
    const plan = planPart(utm, request(3, { reproject: 'lanczos' }))
    expect(plan?.windows.length).toBeGreaterThan(0)
    for (const w of plan?.windows ?? []) {
      const size = w.level === 0 ? utm : utm.overviews[w.level - 1]
      expect(w.x >= 0 && w.y >= 0 && w.x + w.width <= size.width && w.y + w.height <= size.height).toBe(true)
    }
  })
  test('without nodata and alpha the picture is warped in rows of 128', () => {
    expect(planPart(utm, request(1))?.windows).toHaveLength(2)
    expect(planPart({ ...utm, nodata: 0 }, request(1))?.windows).toHaveLength(1)
  })
  test('only bands that matter are read', () => {
    expect(planPart(utm, request(1, { bands: [2] }))?.bands).toStrictEqual([2])
    expect(planPart({ ...utm, nodata: 0 }, request(1, { bands: [2] }))?.bands).toBeUndefined()
    expect(planPart({ ...utm, bandCount: 4, alphaBand: 3 }, request(1, { bands: [0] }))?.bands).toStrictEqual([0, 3])
  })
  test('a band that is not there names the parameter', () => {
    expect(() => planPart(utm, request(1, { bands: [3] }))).toThrow(ParameterError)
    expect(() => planPart(utm, request(1, { bands: [3] }))).toThrow('bands 1 to 3, not 4')
  })
})

test('the straight lines of the approximation show: exact places differ in about 2 % of the nearest samples', () => {
  const file = fixture('approximation')
  const [c] = file.cases
  const grid = [
    (c.request.bbox[2] - c.request.bbox[0]) / 256,
    0,
    c.request.bbox[0],
    0,
    (c.request.bbox[1] - c.request.bbox[3]) / 256,
    c.request.bbox[3],
  ]
  const t = new PixelTransform(grid as unknown as SourceInfo['transform'], c.request.crs, file.info.transform, file.info.crs)
  const { width, height } = file.info
  let differ = 0
  for (let i = 0; i < 256 * 256; i++) {
    const [x, y] = t.exact((i % 256) + 0.5, Math.floor(i / 256) + 0.5)
    const inside = x >= 0 && y >= 0 && x < width && y < height
    const value = inside ? file.levels[0].bands[0]?.[Math.floor(y) * width + Math.floor(x)] : 0
    if (value !== c.values[0][i]) differ++
  }
  expect(differ / 65536).toBeGreaterThan(0.005)
  expect(differ / 65536).toBeLessThan(0.05)
})

test('a row of up to five points is exact, a longer one errs by at most 0.125 pixel where the curve is even', () => {
  const t = new PixelTransform([1000, 0, 1600000, 0, -1000, 6400000], WEB_MERCATOR, [10, 0, 400000, 0, -10, 5600000], utm.crs)
  const x = new Float64Array(400)
  const y = new Float64Array(400)
  t.row(3.5, 7.5, 5, x, y)
  expect([...x.subarray(0, 5)]).toStrictEqual([0, 1, 2, 3, 4].map((i) => t.exact(3.5 + i, 7.5)[0]))
  t.row(0.5, 7.5, 400, x, y)
  let worst = 0
  for (let i = 0; i < 400; i++) {
    const [ex, ey] = t.exact(i + 0.5, 7.5)
    worst = Math.max(worst, Math.abs(ex - x[i]) + Math.abs(ey - y[i]))
  }
  expect(worst).toBeGreaterThan(0.01)
  expect(worst).toBeLessThan(0.2)
})

test('the scale of a kernel snaps to 1 within the margin, and to 1/n nearby', () => {
  expect(kernelScale(100, 104, 6)).toBe(1)
  expect(kernelScale(100, 203, 0)).toBe(0.5)
  expect(kernelScale(100, 230, 0)).toBeCloseTo(100 / 230, 12)
  expect(kernelScale(200, 100, 0)).toBe(2)
})
