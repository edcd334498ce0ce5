interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): void
}

// Node has it; its types do not.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

/** Opcodes of the WebAssembly specification, 5.4, and an access to 16 bytes of memory at an address plus an offset. */
export const CODE = {
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  const: 0x41,
  add: 0x6a,
  less: 0x49,
  loop: [0x03, 0x40],
  branchIf: 0x0d,
  end: 0x0b,
  load: [0xfd, 0x00, 4, 0],
  store: (offset = 0) => [0xfd, 0x0b, 4, offset],
  shuffle: (lanes: readonly number[]) => [0xfd, 0x0d, ...lanes],
  addBytes: [0xfd, 0x6e],
} as const

const [INTEGER, VECTOR] = [0x7f, 0x7b]

/** Takes integers, gives nothing; its other variables are vectors of 16 bytes, 0 at first. */
export interface SimdFunction {
  readonly name: string
  readonly integers: number
  readonly vectors: number
  /** Its body's instructions, without the last `end`. */
  readonly code: readonly (number | readonly number[])[]
}

export interface SimdModule<Name extends string> {
  /** One page of 64 KiB, and what it is grown by. */
  readonly memory: Memory
  readonly functions: Readonly<Record<Name, (...integers: number[]) => void>>
}

/** A module of functions on a memory of its own (WebAssembly, vectors of 16 bytes), for loops that it makes several times faster. */
export function simdModule<Name extends string>(
  functions: readonly (SimdFunction & { readonly name: Name })[],
): SimdModule<Name> {
  const count = functions.length
  const bytes = Uint8Array.from(
    [
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [
        count,
        ...functions.map(({ integers }) => [0x60, integers, ...Array.from({ length: integers }, () => INTEGER), 0]),
      ]),
      section(3, [count, ...functions.keys()]),
      section(5, [1, 0, 1]),
      section(7, [count + 1, named('memory'), 2, 0, ...functions.map(({ name }, index) => [...named(name), 0, index])]),
      section(10, [count, ...functions.map(body)]),
    ].flat(),
  )
  const { memory, ...exported } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports
  return { memory, functions: exported } as unknown as SimdModule<Name>
}

function section(id: number, content: readonly (number | readonly number[])[]): number[] {
  return [id, ...sized(content.flat())]
}

function body({ vectors, code }: SimdFunction): number[] {
  return sized([1, vectors, VECTOR, ...code.flat(), CODE.end])
}

/** With the length before it, in two bytes (LEB128). */
function sized(bytes: readonly number[]): number[] {
  return [(bytes.length & 0x7f) | 0x80, bytes.length >> 7, ...bytes]
}

function named(text: string): number[] {
  return [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))]
}
