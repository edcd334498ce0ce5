import { describe, expect, it } from 'vitest'
import { npy } from '../../src/encode/npy.ts'
import { rasterOf, readExpected, smallRaster, type ExpectedImage } from '../render/expected.ts'

interface Case extends ExpectedImage {
  readonly name: string
  readonly mask: boolean
  readonly expected: string
}

// Made by test/render/reference.py. Tolerance: none, the whole file.
const { cases, ...size } = readExpected<Case[]>(new URL('npy.expected.json', import.meta.url))

describe('npy', () => {
  it.each(cases)('is the file of rio-tiler and numpy: $name', async (item) => {
    const bytes = await npy.encode(rasterOf(item, size), { mask: item.mask })
    expect(Buffer.from(bytes).toString('base64')).toBe(item.expected)
  })

  it("has the file's own alpha samples as its mask", async () => {
    const raster = smallRaster('uint8', [[1, 2, 3]], { alpha: Uint8Array.of(0, 128, 255), masks: [Uint8Array.of(0, 0, 255)] })
    const bytes = await npy.encode(raster, { mask: true })
    expect(bytes.slice(-6)).toEqual(Uint8Array.of(1, 2, 3, 0, 128, 255))
  })
})
