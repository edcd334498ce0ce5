import { describe, expect, it } from 'vitest'
import { pictureMask } from '../../src/render/mask.ts'
import { rescale, stretchType, type ValueRange } from '../../src/render/rescale.ts'
import { rasterOf, readExpected, smallRaster, type ExpectedImage } from './expected.ts'

interface Case extends ExpectedImage {
  readonly name: string
  readonly ranges: readonly ValueRange[]
  readonly expected: readonly (readonly number[])[]
}

// Made by reference.py. Tolerance: none.
const { cases, ...size } = readExpected<{ rescale: Case[]; stretch: Case[] }>(new URL('rescale.expected.json', import.meta.url))

describe('rescale', () => {
  it.each(cases.rescale)('gives the bytes of rio-tiler: $name', (item) => {
    const { bands, dtype } = rescale(rasterOf(item, size), item.ranges)
    expect(dtype).toBe('uint8')
    expect(bands.map((band) => [...band])).toEqual(item.expected)
  })

  it('truncates: 254.9999 is 254, also where the float would round', () => {
    const [band] = rescale(smallRaster('float64', [[254.9999, 0.999, 255]]), [[0, 255]]).bands
    expect([...band]).toEqual([254, 0, 255])
  })

  it('remembers ranges apart: the same values in another range, and another type in the same one', () => {
    const ranges = Array.from({ length: 40 }, (_, i): ValueRange => [0, 100 + i])
    const first = ranges.map((range) => rescale(smallRaster('uint16', [[100]]), [range]).bands[0][0])
    expect(first).toEqual(ranges.map(([, max]) => Math.floor((100 / max) * 255)))
    expect(rescale(smallRaster('int16', [[-100]]), [[0, 100]]).bands[0][0]).toBe(0)
    expect(ranges.map((range) => rescale(smallRaster('uint16', [[100]]), [range]).bands[0][0])).toEqual(first)
  })

  it('brings alpha samples to 0..255 by what is opaque in their type', () => {
    const alpha = Uint16Array.of(0, 32768, 65535)
    expect(rescale(smallRaster('uint16', [[1, 2, 3]], { alpha }), [[0, 3]]).alpha).toEqual(Uint8Array.of(0, 127, 255))
    expect(rescale(smallRaster('int16', [[1, 2]], { alpha: Int16Array.of(0, 32767) }), [[0, 3]]).alpha).toEqual(
      Uint8Array.of(0, 255),
    )
  })
})

describe('the automatic stretch', () => {
  it.each(cases.stretch)('is that of the whole type: $name', (item) => {
    const raster = rasterOf(item, size)
    expect(stretchType(raster, pictureMask(raster)).bands.map((band) => [...band])).toEqual(item.expected)
  })

  it('puts 0 of signed and float types in the middle, float64 too', () => {
    for (const dtype of ['int16', 'float32', 'float64'] as const)
      expect(stretchType(smallRaster(dtype, [[0]]), Uint8Array.of(255)).bands[0][0]).toBe(127)
  })
})
