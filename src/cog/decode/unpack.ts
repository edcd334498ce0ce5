import { bytesPerSample } from '../../raster/raster.ts'
import type { Samples } from '../../raster/raster.ts'
import type { BlockLayout } from './layout.ts'
import { floatPlanes, pairPlanes, toPlanes, unpackBitmap, unpackPacked } from './planes.ts'
import type { Planes, Words } from './planes.ts'
import { wideToNumbers } from './wide.ts'

const WORDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const

/** The same memory, seen as unsigned words. */
function wordsOf(bytes: ArrayBufferView, size: 1 | 2 | 4): Words {
  return new WORDS[size](bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / size)
}

/** Bytes at an address that is a multiple of `size`; a copy only where they are not. */
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
}

function nativeOrder(bytes: Uint8Array, size: number): Uint8Array {
  // A copy: an uncompressed block's bytes are the caller's.
  const copy = Buffer.from(new Uint8Array(bytes).buffer)
  if (size === 2) return copy.swap16()
  return size === 4 ? copy.swap32() : copy.swap64()
}

/**
 * Bands of a decompressed block: byte order, predictor, packing and interleaving undone, cut to the level's edge.
 * @param raw the stored bytes of the kept rows; with predictor 3 they are overwritten
 * @param bands where the samples go
 */
export function unpack(raw: Uint8Array, layout: BlockLayout, bands: readonly Samples[]): void {
  const { storedWidth, width, height, samples, dtype, bitsPerSample } = layout
  const geometry = { rowWords: storedWidth * samples, samples, width, height }
  const size = bytesPerSample(dtype)
  if (bitsPerSample === 1 && samples === 1 && size === 1) {
    unpackBitmap(raw, bands[0] as Uint8Array, geometry, layout.isMask ? 255 : 1)
    return
  }
  if (dtype === 'float32' && bitsPerSample === 16) {
    unpackHalf(raw, bands, geometry, layout)
  } else if (bitsPerSample !== size * 8) {
    unpackPacked(
      raw,
      bands.map((band) => wordsOf(band, size as 1 | 2)),
      geometry,
      bitsPerSample,
    )
  } else if (layout.predictor === 3) {
    floatPlanes(
      raw,
      bands.map((band) => new Uint8Array(band.buffer, band.byteOffset, band.byteLength)),
      geometry,
      size,
    )
  } else {
    const bytes = layout.littleEndian || size === 1 ? aligned(raw, size) : nativeOrder(raw, size)
    if (size !== 8) {
      toPlanes(
        wordsOf(bytes, size as 1 | 2 | 4),
        bands.map((band) => wordsOf(band, size as 1 | 2 | 4)),
        geometry,
        layout.predictor,
      )
    } else if (layout.predictor === 2 || layout.wide) {
      // Integers too: what is no number to a float64 might come out changed.
      pairPlanes(
        wordsOf(bytes, 4) as Uint32Array,
        bands.map((band) => wordsOf(band, 4) as Uint32Array),
        geometry,
        layout.predictor === 2,
      )
    } else {
      const source = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3)
      for (const [sample, band] of bands.entries()) {
        for (let y = 0; y < height; y++) {
          let from = y * geometry.rowWords + sample
          for (let to = y * width, end = to + width; to < end; to++, from += samples) band[to] = source[from]
        }
      }
    }
  }
  if (layout.wide) wideToNumbers(bands, layout.wide)
  if (layout.isMask) for (const band of bands) toMask(band)
}

/** Floats of 16 bits. */
function unpackHalf(raw: Uint8Array, bands: readonly Samples[], geometry: Planes, layout: BlockLayout): void {
  const planes = bands.map((band) => new Uint16Array(band.length))
  if (layout.predictor === 3) {
    floatPlanes(
      new Uint8Array(raw),
      planes.map((plane) => new Uint8Array(plane.buffer)),
      geometry,
      2,
    )
  } else {
    const bytes = layout.littleEndian ? aligned(raw, 2) : nativeOrder(raw, 2)
    toPlanes(wordsOf(bytes, 2), planes, geometry, layout.predictor)
  }
  for (const [index, band] of bands.entries()) band.set(new Float16Array(planes[index].buffer))
}

function toMask(band: Samples): void {
  for (let i = 0; i < band.length; i++) band[i] = band[i] === 0 ? 0 : 255
}
