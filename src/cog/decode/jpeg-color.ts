import type { Chroma } from './jpeg-chroma.ts'

/** What chroma adds to luma, by its sample; green's in 65536ths. */
const RED = table((value) => Math.floor(1.402 * value + 0.5))
const BLUE = table((value) => Math.floor(1.772 * value + 0.5))
const GREEN_OF_BLUE = table((value) => Math.round(-0.344136286 * 65_536) * value + 32_768)
const GREEN_OF_RED = table((value) => Math.round(-0.714136286 * 65_536) * value)

function table(of: (value: number) => number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, sample) => of(sample - 128))
}

/** Turns triples of which the first sample is luma into red, green and blue, in their place. */
export function toColor(triples: Uint8Array, { blue, red, stride }: Chroma, width: number, height: number): void {
  const out = new Uint8ClampedArray(triples.buffer, triples.byteOffset, triples.length)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0, from = y * stride; x < width; x++, from++, at += 3) {
      const light = out[at]
      const b = blue[from]
      const r = red[from]
      out[at] = light + RED[r]
      out[at + 1] = light + ((GREEN_OF_BLUE[b] + GREEN_OF_RED[r]) >> 16)
      out[at + 2] = light + BLUE[b]
    }
  }
}

const ADOBE = Uint8Array.of(0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0)
const APP0 = 0xe0
const APP14 = 0xee
const SCAN = 0xda

/**
 * Says that the three components are no color (Adobe's marker, transform 0), so that a decoder gives them as they are. What says
 * otherwise in front of the scan is left out.
 */
export function uncolored(bytes: Uint8Array): Uint8Array {
  const parts = [bytes.subarray(0, 2), ADOBE]
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== SCAN) {
    // Fill bytes may stand before a marker.
    const end = bytes[at + 1] === 0xff ? at + 1 : at + 2 + ((bytes[at + 2] << 8) | bytes[at + 3])
    if (bytes[at + 1] !== APP0 && bytes[at + 1] !== APP14) parts.push(bytes.subarray(at, end))
    at = end
  }
  return Buffer.concat([...parts, bytes.subarray(at)])
}
