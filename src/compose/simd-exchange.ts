import type { DataType } from '../raster/raster.ts'
import { CODE, type SimdModule, simdModule } from '../raster/simd-module.ts'

/** Types of which a vector of 16 bytes holds 4, 8 or 16. */
export const VECTOR_TYPES = ['uint8', 'int8', 'uint16', 'int16', 'float32'] as const satisfies readonly DataType[]
export type VectorType = (typeof VECTOR_TYPES)[number]

export interface Exchange {
  readonly memory: SimdModule<VectorType>['memory']
  /**
   * Of two runs of samples at `low` and `high`, the lesser of each pair goes to the first and the greater to the second (a NaN to
   * both), up to the address `end` of the first. All are multiples of 16 bytes.
   */
  readonly exchange: Readonly<Record<VectorType, (low: number, high: number, end: number) => void>>
}

const { get, set, tee, add, less, loop, branchIf, end, load, store } = CODE
/** Parameters and variables of a function. */
const [LOW, HIGH, LAST, A, B] = [0, 1, 2, 3, 4]
const SIXTEEN = [CODE.const, 16]
const LEAST_AND_GREATEST: Readonly<Record<VectorType, readonly [number[], number[]]>> = {
  uint8: [
    [0xfd, 0x77],
    [0xfd, 0x79],
  ],
  int8: [
    [0xfd, 0x76],
    [0xfd, 0x78],
  ],
  uint16: [
    [0xfd, 0x97, 1],
    [0xfd, 0x99, 1],
  ],
  int16: [
    [0xfd, 0x96, 1],
    [0xfd, 0x98, 1],
  ],
  float32: [
    [0xfd, 0xe8, 1],
    [0xfd, 0xe9, 1],
  ],
}

/** loop: a = [low]; b = [high]; [low] = least(a, b); [high] = greatest(a, b); low += 16; high += 16; again while low < last */
function codeOf(type: VectorType): number[] {
  const [least, greatest] = LEAST_AND_GREATEST[type]
  return [
    loop,
    [get, LOW, get, LOW, load, tee, A, get, HIGH, load, tee, B, least, store()].flat(),
    [get, HIGH, get, A, get, B, greatest, store()].flat(),
    [get, LOW, SIXTEEN, add, set, LOW, get, HIGH, SIXTEEN, add, set, HIGH].flat(),
    [get, LOW, get, LAST, less, branchIf, 0, end],
  ].flat()
}

let made: Exchange | undefined

/**
 * Vectors of 16 bytes: the median of ten tiles of 256 x 256 x 3 takes 2.6 instead of 15.4 ms with bytes, 3.3 instead of 15.8 with 16
 * bits. One of a thread; its memory is for one sort at a time.
 */
export function simdExchange(): Exchange {
  if (!made) {
    const { memory, functions } = simdModule(VECTOR_TYPES.map((name) => ({ name, integers: 3, vectors: 2, code: codeOf(name) })))
    made = { memory, exchange: functions }
  }
  return made
}
