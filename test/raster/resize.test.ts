import { expect, it } from 'vitest'
import { WGS84 } from '../../src/grid/crs.ts'
import type { Raster } from '../../src/raster/raster.ts'
import { resized } from '../../src/raster/resize.ts'

const mask = Uint8Array.of(255, 0, 255, 255, 255, 0)
const raster: Raster = {
  width: 3,
  height: 2,
  dtype: 'int16',
  bands: [Int16Array.of(1, 2, 3, 4, 5, 6)],
  masks: [mask],
  transform: [10, 0, 0, 0, -10, 0],
  crs: WGS84,
}

// rio_tiler.utils.resize_array(numpy.array([[1, 2, 3], [4, 5, 6]]), height, width) of rio-tiler 9.4.12
it('takes the pixel under the centre, mask and all', () => {
  const larger = resized(raster, 4, 3)
  expect([...larger.bands[0]]).toEqual([1, 2, 2, 3, 4, 5, 5, 6, 4, 5, 5, 6])
  expect([...larger.masks[0]]).toEqual([255, 0, 0, 255, 255, 255, 255, 0, 255, 255, 255, 0])
  expect([larger.transform[0], larger.transform[4]]).toEqual([7.5, expect.closeTo(-20 / 3, 12)])
  expect([...resized(raster, 2, 1).bands[0]]).toEqual([4, 6])
})

it('leaves a picture of the size as it is', () => expect(resized(raster, 3, 2)).toBe(raster))
