import { UnreadableAssetError } from '../errors.ts'
import type { DataType } from '../raster/raster.ts'
import { TAG } from './tiff/field-types.ts'
import { numbers } from './tiff/tags.ts'

const UNSIGNED = 1
const SIGNED = 2
const FLOAT = 3
/** "Undefined" is read as unsigned, as GDAL does. */
const UNDEFINED = 4

/** Integers of 64 bits, which are decoded to float64 where that holds them. */
export type WideInteger = 'int64' | 'uint64'

const WIDE: Readonly<Record<number, WideInteger>> = { [UNSIGNED]: 'uint64', [SIGNED]: 'int64' }
const COMPLEX = new Set([5, 6])

/** Type of the decoded samples and their bits as stored. @throws UnreadableAssetError for types that we do not read, and mixed ones */
export function sampleType(
  tags: ReadonlyMap<number, unknown>,
  name: string,
): { dtype: DataType; bits: number; wide?: WideInteger } {
  const allBits = numbers(tags, TAG.bitsPerSample) ?? [1]
  const formats = numbers(tags, TAG.sampleFormat) ?? [UNSIGNED]
  if (new Set(allBits).size > 1 || new Set(formats).size > 1) {
    throw new UnreadableAssetError(`${name}: bands of different types are not supported`)
  }
  const bits = allBits[0]
  const format = formats[0] === UNDEFINED ? UNSIGNED : formats[0]
  const wide = bits === 64 ? WIDE[format] : undefined
  if (wide) return { dtype: 'float64', bits, wide }
  if (COMPLEX.has(format)) throw new UnreadableAssetError(`${name}: complex samples are not supported`)
  const dtype = typeOf(format, bits)
  if (!dtype) throw new UnreadableAssetError(`${name}: samples of ${bits} bits (sample format ${formats[0]}) are not supported`)
  return { dtype, bits }
}

function typeOf(format: number, bits: number): DataType | undefined {
  if (format === UNSIGNED) {
    if (bits >= 1 && bits <= 8) return 'uint8'
    if (bits > 8 && bits <= 16) return 'uint16'
    return bits === 32 ? 'uint32' : undefined
  }
  if (format === SIGNED) return ({ 8: 'int8', 16: 'int16', 32: 'int32' } as const)[bits]
  if (format === FLOAT) return ({ 16: 'float32', 32: 'float32', 64: 'float64' } as const)[bits]
  return undefined
}
