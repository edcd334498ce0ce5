import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { WEB_MERCATOR } from '../../../src/grid/crs.ts'
import { type DataType, type Raster, samplesOf } from '../../../src/raster/raster.ts'
import { applyColormap } from '../../../src/render/colormap/apply.ts'
import type { Colormap } from '../../../src/render/colormap/colormap.ts'
import { COLORMAP_NAMES, namedTable } from '../../../src/render/colormap/named.ts'
import { parseColormap } from '../../../src/render/colormap/parse.ts'
import expected from './rio-tiler.expected.json' with { type: 'json' }

const values = expected.values as Readonly<Record<string, readonly number[]>>

/** The third sample is masked. */
function rasterOf(dtype: DataType, count = 1): Raster {
  const bands = Array.from({ length: count }, () => {
    const samples = samplesOf(dtype, values[dtype].length)
    samples.set(values[dtype])
    return samples
  })
  const mask = new Uint8Array(bands[0].length).fill(255)
  mask[2] = 0
  const transform = [1, 0, 0, 0, -1, 0] as const
  return { width: bands[0].length, height: 1, dtype, bands, masks: bands.map(() => mask), transform, crs: WEB_MERCATOR }
}

function colormapOf(name: string): Colormap {
  const map = expected.maps[name as keyof typeof expected.maps]
  return typeof map === 'string' ? { kind: 'named', name: map } : parseColormap(JSON.stringify(map))
}

describe('colours against rio-tiler', () => {
  test.each(expected.cases)('$map over $dtype: exact', ({ map, dtype, colors }) => {
    const actual = applyColormap(rasterOf(dtype as DataType), colormapOf(map))
    const [red, green, blue] = actual.bands
    const rows = colors.map((_, i) => [red[i], green[i], blue[i], actual.alpha?.[i]])
    // What a float or a wide integer beyond 8 bits wraps to is the processor's choice in numpy.
    const sure = (i: number) => !['table', 'viridis'].includes(map) || (values[dtype][i] >= 0 && values[dtype][i] < 256)
    expect(rows.filter((_, i) => sure(i))).toEqual(colors.filter((_, i) => sure(i)))
  })

  test(`all ${COLORMAP_NAMES.length} tables are rio-tiler's, byte for byte`, () => {
    const digests = COLORMAP_NAMES.map((name) => {
      const table = namedTable(name)
      const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength)
      return [name, createHash('sha256').update(bytes).digest('hex').slice(0, 16)]
    })
    expect(Object.fromEntries(digests)).toEqual(expected.tables)
  })
})

describe('what is refused', () => {
  test.each([
    ['{', 'not JSON'],
    ['3', 'an object of values or a list of intervals'],
    ['{}', 'empty'],
    ['{"1": "zz"}', 'the color of value 1'],
    ['{"1": [0, 0]}', 'the color of value 1'],
    ['{"1": [0, 0, 256]}', 'parts from 0 to 255'],
    ['{"1": [0, 0, 1.5]}', 'the color of value 1'],
    ['{"one": [0, 0, 0]}', '"one" is not a number'],
    ['[[[0, 1], "#fff"], [[1], "#fff"]]', 'interval 2 is not [[min, max], color]'],
    ['[[[0, 1], "fff"]]', 'the color of interval 1'],
  ])('%s: 400', (text, message) => {
    expect(() => parseColormap(text)).toThrow(message)
    expect(() => parseColormap(text)).toThrow(expect.objectContaining({ status: 400, parameter: 'colormap' }))
  })

  test('three bands: 400 that names the parameter', () => {
    const raster = rasterOf('uint8', 3)
    expect(() => applyColormap(raster, { kind: 'named', name: 'viridis' })).toThrow(
      expect.objectContaining({ status: 400, parameter: 'colormap_name' }),
    )
  })
})
