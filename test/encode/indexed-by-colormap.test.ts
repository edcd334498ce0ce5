import sharp from 'sharp'
import { expect, test } from 'vitest'
import { encodeRaster } from '../../src/encode-raster.ts'
import { WEB_MERCATOR } from '../../src/grid/crs.ts'
import { newTrace } from '../../src/net/source.ts'
import type { Raster } from '../../src/raster/raster.ts'
import type { Colormap } from '../../src/render/colormap/colormap.ts'

const SIZE = 64

/** 250 values, so that a hole has a colour too, and holes in the mask if so said. */
function rasterWith(holes: boolean): Raster {
  const band = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => ((i * 7) >> 4) % 250)
  const mask = Uint8Array.from(band, (_, i) => (holes && i % 65 === 0 ? 0 : 255))
  const transform = [1, 0, 0, 0, -1, 0] as const
  return { width: SIZE, height: SIZE, dtype: 'uint8', bands: [band], masks: [mask], transform, crs: WEB_MERCATOR }
}

const named: Colormap = { kind: 'named', name: 'terrain' }
/** Colours that come twice, half transparent ones, and wholly transparent ones that have a colour. */
const table: Colormap = {
  kind: 'values',
  entries: Array.from({ length: 256 }, (_, value) => [value, [value >> 1, 9, value % 3, [255, 128, 0][value % 3]]] as const),
}

async function rgbaOf(file: Uint8Array): Promise<number[]> {
  const rgba = await sharp(file).toColourspace('srgb').ensureAlpha().raw().toBuffer()
  return Array.from({ length: rgba.length / 4 }, (_, i) => (rgba[4 * i + 3] === 0 ? 0 : rgba.readUInt32LE(4 * i)))
}

// Tolerance: none. pngraw is made of all channels; what is wholly transparent has any colour.
test.each([
  ['a named one', named, false],
  ['a named one, with holes', named, true],
  ['a table', table, false],
  ['a table, with holes', table, true],
])('bytes through a colormap are the same picture with a palette: %s', async (_, colormap, holes) => {
  const file = async (format: 'png' | 'pngraw') =>
    (await encodeRaster(rasterWith(holes), { format, colormap, returnMask: true }, newTrace())).body
  const indexed = await file('png')
  expect(indexed[25]).toBe(3)
  expect(await rgbaOf(indexed)).toEqual(await rgbaOf(await file('pngraw')))
})
