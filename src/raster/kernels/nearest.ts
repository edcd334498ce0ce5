import type { Samples } from '../raster.ts'

/** Copies data[index[i]] to out[at + i] where index[i] >= 0. */
export function gather(data: Samples, index: Int32Array, n: number, out: Samples, at: number): void {
  if (data instanceof Uint8Array && out instanceof Uint8Array) gather8(data, index, n, out, at)
  else if (data instanceof Uint16Array && out instanceof Uint16Array) gather16(data, index, n, out, at)
  else if (data instanceof Uint32Array && out instanceof Uint32Array) gather32(data, index, n, out, at)
  else for (let i = 0; i < n; i++) if (index[i] >= 0) out[at + i] = data[index[i]]
}

/** {@link gather} where no index is negative. */
export function gatherAll(data: Samples, index: Int32Array, n: number, out: Samples, at: number): void {
  if (data instanceof Uint8Array && out instanceof Uint8Array) all8(data, index, n, out, at)
  else if (data instanceof Uint16Array && out instanceof Uint16Array) all16(data, index, n, out, at)
  else if (data instanceof Uint32Array && out instanceof Uint32Array) all32(data, index, n, out, at)
  else gather(data, index, n, out, at)
}

type Raw = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** The same memory by size of the sample: for loops that V8 compiles for one type each. */
export function raw(samples: Samples): Raw {
  if (
    samples instanceof Uint8Array ||
    samples instanceof Uint16Array ||
    samples instanceof Uint32Array ||
    samples instanceof Float64Array
  ) {
    return samples
  }
  const { buffer, byteOffset, length } = samples
  if (samples instanceof Int8Array) return new Uint8Array(buffer, byteOffset, length)
  if (samples instanceof Int16Array) return new Uint16Array(buffer, byteOffset, length)
  return new Uint32Array(buffer, byteOffset, length)
}

function gather8(data: Uint8Array, index: Int32Array, n: number, out: Uint8Array, at: number): void {
  for (let i = 0; i < n; i++) if (index[i] >= 0) out[at + i] = data[index[i]]
}
function gather16(data: Uint16Array, index: Int32Array, n: number, out: Uint16Array, at: number): void {
  for (let i = 0; i < n; i++) if (index[i] >= 0) out[at + i] = data[index[i]]
}
function gather32(data: Uint32Array, index: Int32Array, n: number, out: Uint32Array, at: number): void {
  for (let i = 0; i < n; i++) if (index[i] >= 0) out[at + i] = data[index[i]]
}
function all8(data: Uint8Array, index: Int32Array, n: number, out: Uint8Array, at: number): void {
  for (let i = 0; i < n; i++) out[at + i] = data[index[i]]
}
function all16(data: Uint16Array, index: Int32Array, n: number, out: Uint16Array, at: number): void {
  for (let i = 0; i < n; i++) out[at + i] = data[index[i]]
}
function all32(data: Uint32Array, index: Int32Array, n: number, out: Uint32Array, at: number): void {
  for (let i = 0; i < n; i++) out[at + i] = data[index[i]]
}
