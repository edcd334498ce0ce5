import type { DataType, Samples } from '../raster.ts'

/**
 * numexpr's types: truth, int32, int64, float32, float64. int64 is kept in float64, exact to 2^53; beyond that numexpr wraps and we
 * do not.
 */
export type Kind = 'bool' | 'int' | 'long' | 'float' | 'double'

const RANKS: readonly Kind[] = ['bool', 'int', 'long', 'float', 'double']

/** What numexpr computes with for bands of a type. */
export function kindOf(dtype: DataType): Kind {
  if (dtype === 'float32') return 'float'
  if (dtype === 'float64') return 'double'
  return dtype === 'uint32' ? 'long' : 'int'
}

/** The wider of all: float32 beside an integer of any size. */
export function commonKind(kinds: readonly Kind[]): Kind {
  return RANKS[Math.max(...kinds.map((kind) => RANKS.indexOf(kind)))]
}

export function isWhole(kind: Kind): boolean {
  return kind === 'int' || kind === 'long'
}

/** Type of a picture whose bands are of these kinds, as numpy stacks them; truth alone is uint8 0 and 1, int64 is float64. */
export function resultType(kinds: readonly Kind[]): DataType {
  const found = new Set(kinds)
  if (found.has('double') || found.has('long') || (found.has('float') && found.has('int'))) return 'float64'
  if (found.has('float')) return 'float32'
  return found.has('int') ? 'int32' : 'uint8'
}

export type Register = Uint8Array | Int32Array | Float32Array | Float64Array

export function registerOf(kind: Kind, length: number): Register & Samples {
  if (kind === 'bool') return new Uint8Array(length)
  if (kind === 'int') return new Int32Array(length)
  return kind === 'float' ? new Float32Array(length) : new Float64Array(length)
}
