import type { DataType } from '../raster/raster.ts'

/** Types of which a vector of 16 bytes holds 4, 8 or 16. */
export const VECTOR_TYPES = ['uint8', 'int8', 'uint16', 'int16', 'float32'] as const satisfies readonly DataType[]
export type VectorType = (typeof VECTOR_TYPES)[number]

interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): void
}

// Node has it; its types do not.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

export interface Exchange {
  readonly memory: Memory
  /**
   * Of two runs of samples at `low` and `high`, the lesser of each pair goes to the first and the greater to the second (a NaN to
   * both), up to the address `end` of the first. All are multiples of 16 bytes.
   */
  readonly exchange: Readonly<Record<VectorType, (low: number, high: number, end: number) => void>>
}

/** Opcodes of the WebAssembly specification, 5.4. */
const [GET, SET, TEE, CONST, ADD, LESS] = [0x20, 0x21, 0x22, 0x41, 0x6a, 0x49]
const [LOOP, NOTHING, BRANCH_IF, END_OF_BLOCK] = [0x03, 0x40, 0x0d, 0x0b]
const [INTEGER, VECTOR] = [0x7f, 0x7b]
/** Parameters and variables of a function. */
const [LOW, HIGH, END, A, B] = [0, 1, 2, 3, 4]
const LOAD = [0xfd, 0x00, 4, 0]
const STORE = [0xfd, 0x0b, 4, 0]
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

/** loop: a = [low]; b = [high]; [low] = least(a, b); [high] = greatest(a, b); low += 16; high += 16; again while low < end */
function body(type: VectorType): number[] {
  const [least, greatest] = LEAST_AND_GREATEST[type]
  const code = [
    [1, 2, VECTOR],
    [LOOP, NOTHING],
    [GET, LOW, GET, LOW, LOAD, TEE, A, GET, HIGH, LOAD, TEE, B, least, STORE].flat(),
    [GET, HIGH, GET, A, GET, B, greatest, STORE].flat(),
    [GET, LOW, CONST, 16, ADD, SET, LOW, GET, HIGH, CONST, 16, ADD, SET, HIGH],
    [GET, LOW, GET, END, LESS, BRANCH_IF, 0],
    [END_OF_BLOCK, END_OF_BLOCK],
  ].flat()
  return [code.length, ...code]
}

/** Its length takes two bytes (LEB128). */
function section(id: number, content: readonly (number | readonly number[])[]): number[] {
  const bytes = content.flat()
  return [id, (bytes.length & 0x7f) | 0x80, bytes.length >> 7, ...bytes]
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text)]
}

/** A module of one function a type, and a memory of its own. */
function moduleBytes(): Uint8Array {
  const count = VECTOR_TYPES.length
  const exports = VECTOR_TYPES.map((type, index) => [...name(type), 0, index])
  return Uint8Array.from(
    [
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [1, 0x60, 3, INTEGER, INTEGER, INTEGER, 0]),
      section(3, [count, VECTOR_TYPES.map(() => 0)]),
      section(5, [1, 0, 1]),
      section(7, [count + 1, name('memory'), 2, 0, ...exports]),
      section(10, [count, ...VECTOR_TYPES.map(body)]),
    ].flat(),
  )
}

let made: Exchange | undefined

/**
 * Vectors of 16 bytes: the median of ten tiles of 256 x 256 x 3 takes 2.6 instead of 15.4 ms with bytes, 3.3 instead of 15.8 with 16
 * bits. One of a thread; its memory is for one sort at a time.
 */
export function simdExchange(): Exchange {
  if (!made) {
    const { memory, ...exchange } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes())).exports
    made = { memory, exchange } as unknown as Exchange
  }
  return made
}
