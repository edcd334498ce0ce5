import { describe, expect, it } from 'vitest'
import { ParameterError } from '../../src/errors.ts'
import { encoders } from '../../src/encode/registry.ts'
import { isMasked } from '../../src/render/mask.ts'
import { render } from '../../src/render/render.ts'
import { rescale } from '../../src/render/rescale.ts'
import { smallRaster } from './expected.ts'

const { png, jpeg, webp } = encoders
const mask = Uint8Array.of(255, 0)

describe('the alpha channel', () => {
  it('is opaque where any band is valid', () => {
    const masks = [Uint8Array.of(255, 0, 0), Uint8Array.of(0, 0, 255), Uint8Array.of(0, 0, 0)]
    const raster = smallRaster('uint8', [[1, 2, 3], [4, 5, 6], [7, 8, 9]], { masks }) // prettier-ignore
    const picture = render(raster, { returnMask: true, encoder: png })
    expect(picture.channels).toBe(4)
    expect([...picture.data]).toEqual([1, 4, 7, 255, 2, 5, 8, 0, 3, 6, 9, 255])
  })

  it('is left out where every pixel is opaque, where it is not wanted, and where the format has none', () => {
    const full = smallRaster('uint8', [[1, 2]])
    const holed = smallRaster('uint8', [[1, 2]], { masks: [mask] })
    expect(render(full, { returnMask: true, encoder: png }).channels).toBe(1)
    expect(render(holed, { returnMask: false, encoder: png }).channels).toBe(1)
    expect(render(holed, { returnMask: true, encoder: jpeg }).channels).toBe(1)
    expect(render(holed, { returnMask: true, encoder: webp }).channels).toBe(2)
  })

  it("is the file's own alpha samples, soft ones too", () => {
    const raster = smallRaster('uint8', [[1, 2, 3]], { alpha: Uint8Array.of(0, 128, 255), masks: [Uint8Array.of(0, 0, 255)] })
    expect([...render(raster, { returnMask: true, encoder: png }).data]).toEqual([1, 0, 2, 128, 3, 255])
  })

  it('goes to 65535 beside 16-bit samples', () => {
    const picture = render(smallRaster('uint16', [[1, 60000]], { masks: [mask] }), { returnMask: true, encoder: png })
    expect(picture.data).toEqual(Uint16Array.of(1, 65535, 60000, 0))
  })
})

describe('the depth', () => {
  it('is 16 bits for uint16 in PNG, and 8 bits of the whole range in JPEG and WebP', () => {
    const raster = smallRaster('uint16', [[0, 256, 65535]])
    expect(render(raster, { returnMask: true, encoder: png }).data).toEqual(Uint16Array.of(0, 256, 65535))
    for (const encoder of [jpeg, webp])
      expect(render(raster, { returnMask: true, encoder }).data).toEqual(Uint8Array.of(0, 0, 255))
  })

  it('is 8 bits with a range', () => {
    const picture = render(rescale(smallRaster('uint16', [[0, 500, 1000]]), [[0, 1000]]), { returnMask: true, encoder: png })
    expect(picture.data).toEqual(Uint8Array.of(0, 127, 255))
  })

  it('of floats without a range is 8 bits with a mask that can be seen', () => {
    const picture = render(smallRaster('float32', [[12, Number.NaN]], { masks: [mask] }), { returnMask: true, encoder: png })
    expect(picture).toMatchObject({ channels: 2, data: Uint8Array.of(127, 255, 0, 0) })
  })

  it('stretches a band that is masked where another band is valid, but zeroes it under a range', () => {
    const masks = [Uint8Array.of(0), Uint8Array.of(255), Uint8Array.of(255)]
    const raster = smallRaster('int16', [[0], [0], [0]], { masks })
    expect([...render(raster, { returnMask: true, encoder: png }).data]).toEqual([127, 127, 127])
    expect([...render(rescale(raster, [[-10, 10]]), { returnMask: true, encoder: png }).data]).toEqual([0, 127, 127])
  })
})

it.each([2, 4, 5])('refuses %i bands, by the name of the parameter that chooses them', (count) => {
  const raster = smallRaster(
    'uint8',
    Array.from({ length: count }, () => [1]),
  )
  const draw = (): unknown => render(raster, { returnMask: true, encoder: png })
  expect(draw).toThrow(ParameterError)
  expect(draw).toThrow(expect.objectContaining({ status: 400, parameter: 'bidx' }))
})

describe('whether a picture is masked', () => {
  it('is seen by pixel, not by band', () => {
    const raster = smallRaster('uint8', [[1, 2], [3, 4]], { masks: [mask, Uint8Array.of(0, 255)] }) // prettier-ignore
    expect(isMasked(raster)).toBe(false)
    expect(isMasked(smallRaster('uint8', [[1, 2]], { masks: [mask] }))).toBe(true)
  })

  it('goes by wholly transparent alpha', () => {
    const masks = [mask]
    expect(isMasked(smallRaster('uint8', [[1, 2]], { masks, alpha: Uint8Array.of(255, 128) }))).toBe(false)
    expect(isMasked(smallRaster('uint8', [[1, 2]], { masks, alpha: Uint8Array.of(255, 0) }))).toBe(true)
  })
})
