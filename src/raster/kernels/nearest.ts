import type { Samples } from '../raster.ts'

/** Copies data[index[i]] to out[at + i] where index[i] >= 0. */
export function gather(data: Samples, index: Int32Array, n: number, out: Samples, at: number): void {
  if (data.constructor !== out.constructor) {
    for (let i = 0; i < n; i++) if (index[i] >= 0) out[at + i] = data[index[i]]
    return
  }
  const from = raw(data)
  const to = raw(out)
  if (from instanceof Uint8Array && to instanceof Uint8Array) gather8(from, index, n, to, at)
  else if (from instanceof Uint16Array && to instanceof Uint16Array) gather16(from, index, n, to, at)
  else if (from instanceof Uint32Array && to instanceof Uint32Array) gather32(from, index, n, to, at)
  else gather64(from as Float64Array, index, n, to as Float64Array, at)
}

type Raw = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** The same memory by size of the sample: four loops that V8 compiles for one type each. */
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
function gather64(data: Float64Array, index: Int32Array, n: number, out: Float64Array, at: number): void {
  for (let i = 0; i < n; i++) if (index[i] >= 0) out[at + i] = data[index[i]]
}
