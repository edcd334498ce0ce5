import { describe, expect, it } from 'vitest'
import type { SourceInfo } from '../../src/cog/cog.ts'
import { crsFromEpsg, WEB_MERCATOR, WGS84 } from '../../src/grid/crs.ts'
import { outputSize, partSize } from '../../src/raster/part-size.ts'

// rio_tiler.utils.output_size(dataset_height=…, dataset_width=…, output_height=…, output_width=…, max_size=…) of rio-tiler 9.4.12
describe('outputSize', () => {
  it.each([
    ['the file’s size without a wish', {}, { width: 300, height: 101 }],
    ['both sides as they are', { width: 7, height: 9 }, { width: 7, height: 9 }],
    ['the height after the width, rounded up', { width: 50 }, { width: 50, height: 17 }],
    ['the width after the height, rounded up', { height: 50 }, { width: 150, height: 50 }],
    ['the longer side bounded', { maxSize: 96 }, { width: 96, height: 33 }],
    ['no more than there is', { maxSize: 301 }, { width: 300, height: 101 }],
    ['the bound without effect beside a width', { width: 50, maxSize: 10 }, { width: 50, height: 17 }],
  ])('%s', (_, wanted, size) => expect(outputSize({ width: 299.6, height: 100.5 + 1e-9 }, wanted)).toEqual(size))

  it('is never empty', () => expect(outputSize({ width: 0.2, height: 1000 }, { maxSize: 10 })).toEqual({ width: 1, height: 10 }))
})

describe('partSize', () => {
  const utm = crsFromEpsg(32618) ?? WGS84
  const file: SourceInfo = {
    width: 779,
    height: 790,
    dtype: 'uint16',
    bandCount: 1,
    hasMask: false,
    transform: [300.038239038384, 0, 425085, 0, -300.038239038384, 5215515],
    crs: utm,
    overviews: [],
  }
  const bbox = [-74.6, 45.4, -73, 46.4] as const

  // With that file: reader.part(src, bbox, bounds_crs='EPSG:4326', dst_crs='EPSG:4326', **options).shape of rio-tiler 9.4.12
  it.each([
    [{}, [481, 301]],
    [{ maxSize: 96 }, [96, 61]],
    [{ width: 100 }, [100, 63]],
    [{ height: 100 }, [160, 100]],
  ])('in another CRS, %j', (wanted, size) => {
    const found = partSize(file, { bbox, crs: WGS84, ...wanted })
    expect([found.width, found.height]).toEqual(size)
    expect(found.bbox).toEqual(bbox)
  })

  it('in its own CRS counts pixels of the file', () => {
    const box = [425085, 5215515 - 10.4 * 300.038239038384, 425085 + 20.6 * 300.038239038384, 5215515] as const
    expect(partSize(file, { bbox: box, crs: utm })).toEqual({ bbox: box, width: 21, height: 10 })
    const aligned = partSize(file, { bbox: box, crs: utm, align: true })
    expect([aligned.width, aligned.height]).toEqual([21, 11])
    expect(aligned.bbox[0]).toBe(425085)
    expect(aligned.bbox[1]).toBeCloseTo(5215515 - 11 * 300.038239038384, 6)
  })

  // reader.part(…, align_bounds_with_dataset=True).bounds
  it('aligns to the grid that GDAL suggests, to 1e-9 degrees', () => {
    const star = [-74.0366465, 45.7365484, -73.5611659, 46.09998] as const
    const { width, height, bbox: box } = partSize(file, { bbox: star, crs: WGS84, align: true })
    expect([width, height]).toEqual([144, 110])
    const wanted = [-74.03856559775438, 45.736525000091135, -73.55976113120285, 46.10227841204022]
    box.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 9))
  })

  it('a file without a place in the CRS does not stop the picture', () => {
    const polar: SourceInfo = { ...file, crs: crsFromEpsg(3031) ?? utm, transform: [1e6, 0, -1e9, 0, -1e6, 1e9] }
    const { width, height } = partSize(polar, { bbox: [0, 0, 1000, 1000], crs: WEB_MERCATOR, width: 10, height: 10 })
    expect([width, height]).toEqual([10, 10])
  })
})
