import { arrayBands, type ArrayType } from './array-bands.ts'
import type { ArrayEncoder } from './encoder.ts'

const DESCRIPTORS: Readonly<Record<ArrayType, string>> = {
  uint8: '|u1',
  int8: '|i1',
  uint16: '<u2',
  int16: '<i2',
  uint32: '<u4',
  int32: '<i4',
  float32: '<f4',
  float64: '<f8',
  int64: '<i8',
  uint64: '<u8',
}

/** numpy's array file, version 1.0: (bands, height, width) of the data's type, the mask as a last band. */
export const npy: ArrayEncoder = {
  kind: 'array',
  mediaType: 'application/x-binary',
  async encode(raster, { mask }) {
    const { type, bands } = arrayBands(raster, mask)
    const header = headerOf(type, [bands.length, raster.height, raster.width])
    const out = new Uint8Array(header.length + bands.reduce((bytes, band) => bytes + band.byteLength, 0))
    out.set(header)
    let offset = header.length
    for (const band of bands) {
      out.set(new Uint8Array(band.buffer, band.byteOffset, band.byteLength), offset)
      offset += band.byteLength
    }
    return out
  },
}

/** Magic, version, length and a Python literal, padded with spaces to a multiple of 64 bytes. https://numpy.org/neps/nep-0001-npy-format.html */
function headerOf(type: ArrayType, shape: readonly number[]): Uint8Array {
  const literal = `{'descr': '${DESCRIPTORS[type]}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`
  const preamble = 10
  const length = Math.ceil((preamble + literal.length + 1) / 64) * 64 - preamble
  const text = `${literal.padEnd(length - 1)}\n`
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8]
  return Uint8Array.from([...magic, ...new TextEncoder().encode(text)])
}
