import { samplesOf } from '../../src/raster/raster.ts'
import type { DataType, Samples } from '../../src/raster/raster.ts'

/** The samples of `formula` in fixtures/make.py. */
export function formula(dtype: DataType, band: number, width: number, height: number): Samples {
  const samples = samplesOf(dtype, width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) samples[y * width + x] = valueAt(dtype, x, y, band)
  return samples
}

function valueAt(dtype: DataType, x: number, y: number, band: number): number {
  const base = x * 3 + y * 5 + band * 17 + ((x * y) % 7)
  switch (dtype) {
    case 'uint8':
      return base % 256
    case 'int8':
      return (base % 256) - 128
    case 'uint16':
      return (base * 211) % 65536
    case 'int16':
      return ((base * 211) % 65536) - 32768
    case 'uint32':
      return (base * 20000003) % 2 ** 32
    case 'int32':
      return ((base * 20000003) % 2 ** 32) - 2 ** 31
    case 'float32':
      return base / 8 - 10
    case 'float64':
      return base / 7 - 10
  }
}
