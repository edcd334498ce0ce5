/** Fractions in 8192ths, and extra bits of what lies between the two passes, as in libjpeg. */
const BITS = 13
const BETWEEN = 2
const DOWN = BITS - BETWEEN
const ACROSS = BITS + BETWEEN + 3
const { imul } = Math

/**
 * 8 x 8 coefficients to samples: libjpeg's accurate integer transform (jpeg_idct_islow), with its constants and its rounding, so that
 * the samples are the same.
 * @param tall bit by column: it has a coefficient below the first row
 * @param half room for 64
 * @param out where the samples go, from `to` on in rows of `stride`
 */
export function inverseBlock(
  block: Int32Array,
  tall: number,
  half: Int32Array,
  out: Uint8ClampedArray,
  to: number,
  stride: number,
): void {
  for (let c = 0; c < 8; c++) {
    if (((tall >> c) & 1) === 0) {
      const level = block[c] << BETWEEN
      for (let i = c; i < 64; i += 8) half[i] = level
      continue
    }
    const z2 = block[c + 16]
    const z3 = block[c + 48]
    const z1 = imul(z2 + z3, 4433)
    const even2 = z1 - imul(z3, 15_137)
    const even3 = z1 + imul(z2, 6270)
    const first = (block[c] << BITS) + (1 << (DOWN - 1))
    const fifth = block[c + 32] << BITS
    const e0 = first + fifth + even3
    const e3 = first + fifth - even3
    const e1 = first - fifth + even2
    const e2 = first - fifth - even2

    const b7 = block[c + 56]
    const b5 = block[c + 40]
    const b3 = block[c + 24]
    const b1 = block[c + 8]
    const all = imul(b7 + b3 + b5 + b1, 9633)
    const w3 = all - imul(b7 + b3, 16_069)
    const w4 = all - imul(b5 + b1, 3196)
    const w1 = imul(b7 + b1, 7373)
    const w2 = imul(b5 + b3, 20_995)
    const o3 = imul(b7, 2446) - w1 + w3
    const o2 = imul(b5, 16_819) - w2 + w4
    const o1 = imul(b3, 25_172) - w2 + w3
    const o0 = imul(b1, 12_299) - w1 + w4

    half[c] = (e0 + o0) >> DOWN
    half[c + 56] = (e0 - o0) >> DOWN
    half[c + 8] = (e1 + o1) >> DOWN
    half[c + 48] = (e1 - o1) >> DOWN
    half[c + 16] = (e2 + o2) >> DOWN
    half[c + 40] = (e2 - o2) >> DOWN
    half[c + 24] = (e3 + o3) >> DOWN
    half[c + 32] = (e3 - o3) >> DOWN
  }
  for (let r = 0, at = to; r < 64; r += 8, at += stride) {
    const z2 = half[r + 2]
    const z3 = half[r + 6]
    const z1 = imul(z2 + z3, 4433)
    const even2 = z1 - imul(z3, 15_137)
    const even3 = z1 + imul(z2, 6270)
    // Samples are around 128.
    const first = (half[r] << BITS) + (1 << (ACROSS - 1)) + (128 << ACROSS)
    const fifth = half[r + 4] << BITS
    const e0 = first + fifth + even3
    const e3 = first + fifth - even3
    const e1 = first - fifth + even2
    const e2 = first - fifth - even2

    const b7 = half[r + 7]
    const b5 = half[r + 5]
    const b3 = half[r + 3]
    const b1 = half[r + 1]
    const all = imul(b7 + b3 + b5 + b1, 9633)
    const w3 = all - imul(b7 + b3, 16_069)
    const w4 = all - imul(b5 + b1, 3196)
    const w1 = imul(b7 + b1, 7373)
    const w2 = imul(b5 + b3, 20_995)
    const o3 = imul(b7, 2446) - w1 + w3
    const o2 = imul(b5, 16_819) - w2 + w4
    const o1 = imul(b3, 25_172) - w2 + w3
    const o0 = imul(b1, 12_299) - w1 + w4

    out[at] = (e0 + o0) >> ACROSS
    out[at + 7] = (e0 - o0) >> ACROSS
    out[at + 1] = (e1 + o1) >> ACROSS
    out[at + 6] = (e1 - o1) >> ACROSS
    out[at + 2] = (e2 + o2) >> ACROSS
    out[at + 5] = (e2 - o2) >> ACROSS
    out[at + 3] = (e3 + o3) >> ACROSS
    out[at + 4] = (e3 - o3) >> ACROSS
  }
}

/** The one sample of a block that has no coefficient but the first. */
export function flatSample(first: number): number {
  const sample = (((first << BETWEEN) + (1 << (BETWEEN + 2))) >> (BETWEEN + 3)) + 128
  return sample < 0 ? 0 : sample > 255 ? 255 : sample
}
