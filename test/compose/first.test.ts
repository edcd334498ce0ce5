import { describe, expect, it } from 'vitest'
import { createFirst } from '../../src/compose/first.ts'
import { SelectionMismatchError } from '../../src/compose/mismatch.ts'
import { createSelection } from '../../src/compose/registry.ts'
import { bandOf, rasterOf, readExpected, smallRaster, type ExpectedImage } from '../render/expected.ts'

interface Case extends ExpectedImage {
  readonly name: string
  readonly images: readonly ExpectedImage[]
  readonly full: readonly boolean[]
}

// Made by test/render/reference.py. Tolerance: none.
const { cases, ...size } = readExpected<Case[]>(new URL('first.expected.json', import.meta.url))

describe('first', () => {
  it.each(cases)('fills as rio-tiler: $name', ({ images, full, dtype, values, masked }) => {
    const selection = createFirst()
    const stops = images.map((image) => {
      selection.feed(rasterOf(image, size))
      return selection.full
    })
    expect(stops).toEqual(full)
    const result = selection.result()
    expect(result?.dtype).toBe(dtype)
    expect(result?.bands).toEqual(values.map((band) => bandOf(dtype, band)))
    expect(result?.masks.map((mask) => [...mask])).toEqual(masked.map((band) => band.map((m) => (m ? 0 : 255))))
  })

  it('leaves what it is fed as it is', () => {
    const first = smallRaster('uint8', [[1, 2]], { masks: [Uint8Array.of(255, 0)] })
    const selection = createFirst()
    selection.feed(first)
    selection.feed(smallRaster('uint8', [[8, 9]]))
    expect([...(selection.result()?.bands[0] ?? [])]).toEqual([1, 9])
    expect(first.bands[0]).toEqual(Uint8Array.of(1, 2))
    expect(first.masks[0]).toEqual(Uint8Array.of(255, 0))
  })

  it('keeps the first raster itself, without a copy, where it is valid everywhere', () => {
    const first = smallRaster('uint8', [[1, 2]])
    const selection = createFirst()
    selection.feed(first)
    expect(selection.full).toBe(true)
    selection.feed(smallRaster('uint8', [[8, 9]]))
    expect(selection.result()?.bands[0]).toBe(first.bands[0])
  })

  it('is full only when no band of any pixel is masked', () => {
    const selection = createFirst()
    selection.feed(smallRaster('uint8', [[1], [0]], { masks: [Uint8Array.of(255), Uint8Array.of(0)] }))
    expect(selection.full).toBe(false)
    selection.feed(smallRaster('uint8', [[5], [6]]))
    expect(selection.full).toBe(true)
    expect(selection.result()?.bands.map((band) => band[0])).toEqual([1, 6])
  })

  it('takes alpha samples with the values, opaque where the filling raster has none', () => {
    const selection = createFirst()
    const masks = [Uint8Array.of(255, 0, 0)]
    selection.feed(smallRaster('uint8', [[1, 2, 3]], { masks, alpha: Uint8Array.of(255, 128, 0) }))
    selection.feed(smallRaster('uint8', [[7, 8, 9]], { masks: [Uint8Array.of(0, 0, 255)] }))
    expect(selection.result()?.alpha).toEqual(Uint8Array.of(255, 128, 255))
  })

  it('is empty, and not full, before anything is fed', () => {
    expect(createFirst()).toMatchObject({ full: false })
    expect(createFirst().result()).toBeUndefined()
  })

  it('refuses another number of bands', () => {
    const selection = createFirst()
    selection.feed(smallRaster('uint8', [[1], [2], [3]]))
    expect(() => selection.feed(smallRaster('uint8', [[1]]))).toThrow(SelectionMismatchError)
    expect(() => selection.feed(smallRaster('uint8', [[1]]))).toThrow('has 1 bands, those before it 3')
  })
})

describe('the registry', () => {
  it('names what it has when it is asked for what it has not', () => {
    expect(createSelection('first').full).toBe(false)
    expect(() => createSelection('toString')).toThrow(/pixel_selection|first/)
    expect(() => createSelection('best')).toThrow(expect.objectContaining({ status: 422, parameter: 'pixel_selection' }))
  })
})
