import { describe, expect, it } from 'vitest'
import { rasterize } from '../../src/raster/rasterize.ts'
import recorded from './fixtures/rasterize.json' with { type: 'json' }

const cases = recorded as unknown as readonly {
  readonly kind: 'polygon' | 'line'
  readonly rings: readonly (readonly (readonly number[])[])[]
  readonly width: number
  readonly height: number
  readonly rows: readonly string[]
}[]

function shapeOf({ kind, rings }: (typeof cases)[number]) {
  return { kind, rings: rings.map((ring) => Float64Array.from(ring.flat())) }
}

// Made by test/raster/fixtures/rasterize.py with GDAL 3.10.3.
describe('burns the pixels that GDAL burns with ALL_TOUCHED, every one', () => {
  it.each(cases.map((one, index) => [`${one.kind} ${index}`, one] as const))('%s', (_, one) => {
    const { width, height } = one
    const cells = rasterize([shapeOf(one)], { width, height })
    const rows = Array.from({ length: one.height }, (__, y) => cells.subarray(y * one.width, (y + 1) * one.width).join(''))
    expect(rows).toEqual(one.rows)
  })
})

it('burns the same by stripes', () => {
  for (const one of cases) {
    const { width, height } = one
    const whole = rasterize([shapeOf(one)], { width, height })
    const stripes = [0, 3, 4, one.height].slice(0, -1).map((first, i, all) => {
      return rasterize([shapeOf(one)], { width, height, rows: [first, all[i + 1] ?? height] })
    })
    expect(stripes.flatMap((stripe) => [...stripe])).toEqual([...whole])
  }
})

// rasterio 1.4.4 (GDAL 3.10.3): rasterize([(Polygon of the ring, 1)], out_shape=(20, 20), all_touched=True)[6, 2], [9, 6] and [6, 9].
it.each([
  [0.0099, 1],
  [0.001, 1],
  [0.00011, 1],
  [0.00009, 0],
  [0, 0],
])('an edge %f of a pixel over a border touches the next pixel: %i', (over, touched) => {
  const [left, top, right, bottom] = [3 - over, 3.4, 9 + over, 9 + over]
  const ring = Float64Array.of(left, top, right, top, right, bottom, left, bottom, left, top)
  const cells = rasterize([{ kind: 'polygon', rings: [ring] }], { width: 20, height: 20 })
  expect([cells[6 * 20 + 2], cells[9 * 20 + 6], cells[6 * 20 + 9]]).toEqual([touched, touched, touched])
})
