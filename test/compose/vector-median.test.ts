import { describe, expect, test } from 'vitest'
import { vectorMedian } from '../../src/compose/vector-median.ts'
import { VECTOR_TYPES } from '../../src/compose/simd-exchange.ts'
import { samplesOf, TYPE_RANGE } from '../../src/raster/raster.ts'

/** More than two chunks, and the last one not a multiple of a vector. */
const PIXELS = 4099

describe.each(VECTOR_TYPES)('medians of %s', (type) => {
  const [min, max] = type === 'float32' ? [-40, 60_000] : TYPE_RANGE[type]
  const value = (i: number) => min + ((Math.imul(i + 1, 0x9e3779b1) >>> 8) % (max - min + 1))
  // Where a layer is valid: everywhere, nowhere, in stripes, in all but the second chunk, by chance.
  const isValid = [
    () => true,
    () => false,
    (i: number) => i % 3 === 0,
    (i: number) => i < 2048 || i > 4000,
    (i: number) => value(i) > 0,
  ]

  test.each([1, 2, 3, 7, 10, 33])('of %i layers are those of sorted lists', (count) => {
    const layers = Array.from({ length: count }, (_, n) => ({
      samples: samplesOf(type, PIXELS).map((_sample, i) => value(i * 31 + n)),
      mask: Uint8Array.from({ length: PIXELS }, (_unused, i) => (isValid[(n + 1) % isValid.length](i) ? 255 : 0)),
    }))
    const wanted = samplesOf(type, PIXELS)
    const wantedMask = new Uint8Array(PIXELS)
    for (let i = 0; i < PIXELS; i++) {
      const values = layers.filter(({ mask }) => mask[i] !== 0).map(({ samples }) => samples[i])
      values.sort((a, b) => a - b)
      if (values.length === 0) continue
      wantedMask[i] = 255
      wanted[i] = (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2
    }
    const mask = new Uint8Array(PIXELS)
    expect(vectorMedian(layers, type, mask)).toEqual(wanted)
    expect(mask).toEqual(wantedMask)
  })
})
