import { describe, expect, it } from 'vitest'
import { SelectionMismatchError } from '../../src/compose/mismatch.ts'
import { createSelection, selections } from '../../src/compose/registry.ts'
import { isFloat, type Raster } from '../../src/raster/raster.ts'
import { rasterOf, readExpected, smallRaster, type ExpectedImage } from '../render/expected.ts'

interface Case {
  readonly name: string
  readonly images: readonly ExpectedImage[]
  readonly results: Readonly<Record<string, ExpectedImage>>
}

// Made by test/compose/reference.py. Tolerance: none for integers, 1e-6 of the value for floats.
const { cases, ...size } = readExpected<Case[]>(new URL('selections.expected.json', import.meta.url))
const names = Object.keys(cases[0].results)

function run(name: string, rasters: readonly Raster[]): Raster | undefined {
  const selection = createSelection(name)
  for (const raster of rasters) selection.feed(raster)
  return selection.result()
}

/** Of int16, with masks that are shared and masks that are not. */
function someRasters(): Raster[] {
  return cases[2].images.map((image) => rasterOf(image, size))
}

const greys = (...values: number[]) => values.map((value) => smallRaster('uint8', [[value]]))
const masked = smallRaster('uint8', [[9]], { masks: [Uint8Array.of(0)] })

describe.each(names)('%s', (name) => {
  it.each(cases)('is as rio-tiler has it: $name', ({ images, results }) => {
    const expected = results[name]
    const rasters = images.map((image) => rasterOf(image, size))
    const result = run(name, rasters)
    expect(result?.dtype).toBe(expected.dtype)
    expect(result?.masks.map((mask) => [...mask])).toEqual(expected.masked.map((band) => band.map((m) => (m ? 0 : 255))))
    expect(result?.bands.length).toBe(expected.values.length)
    result?.bands.forEach((band, index) => {
      for (let i = 0; i < band.length; i++) {
        if (result.masks[index][i] === 0) continue
        const wanted = Number(expected.values[index][i])
        const tolerance = isFloat(result.dtype) ? Math.max(1e-6, Math.abs(wanted) * 1e-6) : 0
        expect(Math.abs(band[i] - wanted), `band ${index}, sample ${i}: ${band[i]}, not ${wanted}`).toBeLessThanOrEqual(tolerance)
      }
    })
  })

  it('leaves what it is fed as it is', () => {
    const rasters = cases[0].images.map((image) => rasterOf(image, size))
    run(name, rasters)
    expect(rasters).toEqual(cases[0].images.map((image) => rasterOf(image, size)))
  })

  it('needs nothing again of the rasters that it does not hold', () => {
    const selection = createSelection(name)
    for (const [index, raster] of someRasters().entries()) {
      selection.feed(raster)
      if (selection.holds === 'all' || (selection.holds === 'first' && index === 0)) continue
      for (const array of [...raster.bands, ...raster.masks]) array.fill(77)
    }
    expect(selection.result()).toEqual(run(name, someRasters()))
  })

  it('gives nothing where nothing was fed', () => {
    expect(run(name, [])).toBeUndefined()
  })

  it('refuses rasters of other bands', () => {
    expect(() => run(name, [smallRaster('uint8', [[1], [2]]), smallRaster('uint8', [[1]])])).toThrow(SelectionMismatchError)
  })
})

describe('pixel selections', () => {
  it('are those of the reference', () => {
    expect(Object.keys(selections).toSorted()).toEqual([...names, 'first'].toSorted())
  })

  it('refuse an unknown name, and say which ones there are', () => {
    expect(() => createSelection('best')).toThrow(/one of first, highest.*not "best"/)
  })

  it('read on to the last raster, but for first', () => {
    for (const name of names) {
      const selection = createSelection(name)
      for (const raster of greys(1, 2)) selection.feed(raster)
      expect({ name, full: selection.full }).toEqual({ name, full: false })
    }
  })

  it('truncate means and medians of integers', () => {
    expect(run('mean', greys(1, 2, 2))?.bands[0][0]).toBe(1)
    expect(run('median', greys(7, 2))?.bands[0][0]).toBe(4)
  })

  it('never let a masked value block a valid one', () => {
    expect(run('lowest', [smallRaster('uint8', [[1]], { masks: [Uint8Array.of(0)] }), ...greys(200)])?.bands[0][0]).toBe(200)
    expect(run('highest', [masked, ...greys(3)])?.bands[0][0]).toBe(3)
  })

  it('take the wider type where types differ', () => {
    const mixed = [smallRaster('uint8', [[200]]), smallRaster('int16', [[-5]])]
    expect(run('lowest', mixed)).toMatchObject({ dtype: 'int16', bands: [Int16Array.of(-5)] })
    // Cast back into the first one's type, as the reference does.
    expect(run('mean', mixed)).toMatchObject({ dtype: 'uint8', bands: [Uint8Array.of(97)] })
    expect(
      run('median', [smallRaster('uint16', [[7]]), smallRaster('float32', [[8]]), smallRaster('uint16', [[9]])]),
    ).toMatchObject({
      dtype: 'uint16',
      bands: [Uint16Array.of(8)],
    })
  })

  it('need a second band where the last one decides', () => {
    expect(() => run('lastbandhigh', greys(1, 2))).toThrow(/pixel_selection|two bands/)
  })

  it('count in more than a byte from 256 rasters on', () => {
    const many = Array.from({ length: 300 }, () => smallRaster('uint8', [[1]]))
    expect(run('count', many)).toMatchObject({ dtype: 'uint32', bands: [Uint32Array.of(300)] })
  })

  it('sort any number of values for the median', () => {
    for (let n = 1; n <= 70; n++) {
      const values = Array.from({ length: n }, (_, i) => (i * 37 + 11) % 251)
      const sorted = values.toSorted((a, b) => a - b)
      const wanted = Math.floor((sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2)
      expect(run('median', greys(...values))?.bands[0][0], `${n} values`).toBe(wanted)
      const floats = values.map((value) => smallRaster('float32', [[value]]))
      expect(run('median', floats)?.bands[0][0]).toBe((sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2)
    }
  })

  it('refuse a stack for the median that does not fit into memory', () => {
    const side = 4096
    const mask = new Uint8Array(side * side)
    const band = new Float64Array(side * side)
    const large: Raster = {
      ...smallRaster('float64', [[1]]),
      width: side,
      height: side,
      bands: [band, band],
      masks: [mask, mask],
    }
    const selection = createSelection('median')
    selection.feed(large)
    expect(() => selection.feed(large)).toThrow(/needs more than 512 MiB/)
  })
})
