import { bytesPerSample, samplesOf, TYPE_RANGE, type DataType, type Raster, type Samples } from '../raster/raster.ts'
import { pictureMask } from '../render/mask.ts'
import type { ArrayEncoder } from './encoder.ts'

const DESCRIPTORS: Readonly<Record<DataType, string>> = {
  uint8: '|u1',
  int8: '|i1',
  uint16: '<u2',
  int16: '<i2',
  uint32: '<u4',
  int32: '<i4',
  float32: '<f4',
  float64: '<f8',
}

/**
 * numpy's array file, version 1.0: (bands, height, width) of the data's type. With the mask as a last band: the type's greatest value
 * where any band is valid, its least elsewhere; alpha samples of the file instead, if it has some. As titiler.
 */
export const npy: ArrayEncoder = {
  kind: 'array',
  mediaType: 'application/x-binary',
  async encode(raster, { mask }) {
    const { dtype, width, height } = raster
    const bands = mask ? [...raster.bands, raster.alpha ?? maskBand(raster)] : raster.bands
    const header = headerOf(dtype, [bands.length, height, width])
    const out = new Uint8Array(header.length + bands.length * width * height * bytesPerSample(dtype))
    out.set(header)
    let offset = header.length
    for (const band of bands) {
      out.set(new Uint8Array(band.buffer, band.byteOffset, band.byteLength), offset)
      offset += band.byteLength
    }
    return out
  },
}

function maskBand(raster: Raster): Samples {
  const mask = pictureMask(raster)
  const [masked, valid] = TYPE_RANGE[raster.dtype]
  const band = samplesOf(raster.dtype, mask.length)
  for (let i = 0; i < mask.length; i++) band[i] = mask[i] === 0 ? masked : valid
  return band
}

/** Magic, version, length and a Python literal, padded with spaces to a multiple of 64 bytes. https://numpy.org/neps/nep-0001-npy-format.html */
function headerOf(dtype: DataType, shape: readonly number[]): Uint8Array {
  const literal = `{'descr': '${DESCRIPTORS[dtype]}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`
  const preamble = 10
  const length = Math.ceil((preamble + literal.length + 1) / 64) * 64 - preamble
  const text = `${literal.padEnd(length - 1)}\n`
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8]
  return Uint8Array.from([...magic, ...new TextEncoder().encode(text)])
}
